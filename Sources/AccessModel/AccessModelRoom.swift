/// The chain from AWS secret to Reloader as a graph: nodes and edges with three-valued answers.
enum AccessModelRoom {}
