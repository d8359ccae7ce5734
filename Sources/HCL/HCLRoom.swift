/// HCL native syntax and JSON syntax, its type system, expressions and unknown values.
enum HCLRoom {}
