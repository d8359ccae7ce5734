import GoTemplate

/// The functions of Helm's templates.
enum HelmFunctionTable {
  static let table = FunctionLibrary.helm
}
