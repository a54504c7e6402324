// Judges values by JSON Schema with ajv alone: 2020-12, formats off, no keyword of ours. A line in is {schemas: {name: schema}} or
// {values: [[name, value], …]}; of the latter, a line out holds a verdict for each, true or false. A property is one of the object's own, as JSON
// Schema means it: what an object of JavaScript inherits is none.
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";

const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true });
const validators = new Map();

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { schemas, values } = JSON.parse(line);
  for (const [name, schema] of Object.entries(schemas ?? {})) validators.set(name, ajv.compile(schema));
  if (values) process.stdout.write(`${JSON.stringify(values.map(([name, value]) => validators.get(name)(value)))}\n`);
}
