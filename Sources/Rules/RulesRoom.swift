/// Rule files → type-checked CEL programs → results; examples of rules.
enum RulesRoom {}
