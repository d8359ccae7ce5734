/// JSON Schema validation (drafts 4 to 2020-12), for `values.schema.json`.
enum JSONSchemaRoom {}
