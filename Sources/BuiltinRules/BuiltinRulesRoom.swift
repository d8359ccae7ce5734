/// The rule files compiled into the binary.
enum BuiltinRulesRoom {}
