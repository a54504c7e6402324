// Judges generated artefacts in one process: forms by react-jsonschema-form, diagrams by Mermaid, types by the TypeScript compiler.
//
// Standard input holds {forms: {name: {schema, uiSchema, formData?}}, diagrams: {name: text}, types: {name: text}}, standard output
// gets the same names: a form's {html, state, complaints}, a diagram's error or "", the errors of a file of types as one text.
import { text } from "node:stream/consumers";

const request = JSON.parse(await text(process.stdin));
const answer = { forms: {}, diagrams: {}, types: {} };

const heard = [];
for (const level of ["log", "info", "warn", "error", "debug"]) {
  console[level] = (...told) => heard.push(`console.${level}: ${told.map(String).join(" ")}`);
}

if (Object.keys(request.forms ?? {}).length) {
  const { createElement } = await import("react");
  const { renderToStaticMarkup } = await import("react-dom/server");
  const { default: Form } = await import("@rjsf/core");
  const { customizeValidator } = await import("@rjsf/validator-ajv8");
  const { createSchemaUtils } = await import("@rjsf/utils");
  const { default: Ajv2020 } = await import("ajv/dist/2020.js");
  const validator = customizeValidator({ AjvClass: Ajv2020 });

  for (const [name, { schema, uiSchema, formData }] of Object.entries(request.forms)) {
    heard.length = 0;
    const judged = { html: "", state: null, complaints: [] };
    try {
      judged.html = renderToStaticMarkup(createElement(Form, { schema, uiSchema, formData, validator }));
      judged.state = createSchemaUtils(validator, schema).getDefaultFormState(schema, formData) ?? null;
      const { errors, validationError } = validator.rawValidation(schema, formData ?? judged.state);
      if (validationError) judged.complaints.push(`the schema does not compile: ${validationError.message}`);
      if (formData !== undefined) judged.complaints.push(...(errors ?? []).map((each) => `${each.instancePath} ${each.message}`));
    } catch (error) {
      judged.complaints.push(`${error.stack ?? error}`);
    }
    judged.complaints.push(...heard);
    answer.forms[name] = judged;
  }
}

if (Object.keys(request.diagrams ?? {}).length) {
  const { JSDOM } = await import("jsdom");
  const { window } = new JSDOM("");
  globalThis.window = window;
  globalThis.document = window.document;
  const { default: mermaid } = await import("mermaid");
  for (const [name, diagram] of Object.entries(request.diagrams)) {
    answer.diagrams[name] = await mermaid.parse(diagram).then(
      () => "",
      (error) => String(error.message ?? error),
    );
  }
}

if (Object.keys(request.types ?? {}).length) {
  const { default: ts } = await import("typescript");
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] };
  const files = new Map(Object.entries(request.types).map(([name, source]) => [`/${name}.ts`, source]));
  const disk = ts.createCompilerHost(options);
  const host = {
    ...disk,
    getCurrentDirectory: () => "/",
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version) =>
      files.has(path) ? ts.createSourceFile(path, files.get(path), version) : disk.getSourceFile(path, version),
  };
  const program = ts.createProgram([...files.keys()], options, host);
  for (const name of Object.keys(request.types)) answer.types[name] = "";
  for (const each of ts.getPreEmitDiagnostics(program)) {
    const name = each.file ? each.file.fileName.slice(1, -3) : Object.keys(request.types)[0];
    answer.types[name] = `${answer.types[name] ?? ""}error TS${each.code}: ${ts.flattenDiagnosticMessageText(each.messageText, "\n")}\n`;
  }
}

process.stdout.write(JSON.stringify(answer));
