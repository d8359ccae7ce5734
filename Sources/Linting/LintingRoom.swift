/// Rules × model → findings: selection, suppressions, folding of instances.
enum LintingRoom {}
