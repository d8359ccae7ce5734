/// YAML text to located values and back: libyaml's events read as go-yaml reads them, and values written
/// as go-yaml writes them.
enum YAMLSyntaxRoom {}
