/// Findings as text, JSON and SARIF.
enum ReportsRoom {}
