"""The columns that the Chinook sample database publishes, version 1.4, in their published order: what the definition must hold to.

`!` is NOT NULL, a number is the length of an NVARCHAR, `→ Table` a foreign key; `key` is the surrogate key.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, tuple[str, ...]] = {
    "Album": ("AlbumId key", "Title 160!", "ArtistId → Artist!"),
    "Artist": ("ArtistId key", "Name 120"),
    "Customer": (
        *("CustomerId key", "FirstName 40!", "LastName 20!", "Company 80", "Address 70", "City 40", "State 40", "Country 40"),
        *("PostalCode 10", "Phone 24", "Fax 24", "Email 60!", "SupportRepId → Employee"),
    ),
    "Employee": (
        *("EmployeeId key", "LastName 20!", "FirstName 20!", "Title 30", "ReportsTo → Employee", "BirthDate datetime", "HireDate datetime"),
        *("Address 70", "City 40", "State 40", "Country 40", "PostalCode 10", "Phone 24", "Fax 24", "Email 60"),
    ),
    "Genre": ("GenreId key", "Name 120"),
    "Invoice": (
        *("InvoiceId key", "CustomerId → Customer!", "InvoiceDate datetime!", "BillingAddress 70", "BillingCity 40", "BillingState 40"),
        *("BillingCountry 40", "BillingPostalCode 10", "Total numeric!"),
    ),
    "InvoiceLine": ("InvoiceLineId key", "InvoiceId → Invoice!", "TrackId → Track!", "UnitPrice numeric!", "Quantity integer!"),
    "MediaType": ("MediaTypeId key", "Name 120"),
    "Playlist": ("PlaylistId key", "Name 120"),
    "PlaylistTrack": ("PlaylistId → Playlist!", "TrackId → Track!"),
    "Track": (
        *("TrackId key", "Name 200!", "AlbumId → Album", "MediaTypeId → MediaType!", "GenreId → Genre", "Composer 220"),
        *("Milliseconds integer!", "Bytes integer", "UnitPrice numeric!"),
    ),
}
