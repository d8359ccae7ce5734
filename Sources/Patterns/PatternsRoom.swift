/// Regular expressions: RE2's syntax and semantics (what Go, CEL and Terraform accept) on PCRE2.
/// Patterns that RE2 refuses are errors. Matching has a step limit.
enum PatternsRoom {}
