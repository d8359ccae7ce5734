extension CELLibrary {
  /// What an API server of Kubernetes 1.30, the first with ValidatingAdmissionPolicy as v1, lacks of this room: function or macro → why
  /// (apiserver pkg/cel/environment/base.go).
  public static let absentFromKubernetes: [String: String] = {
    var result: [String: String] = [:]
    func since(_ version: String, _ names: some Sequence<String>) {
      for name in names { result[name] = "is known from Kubernetes \(version) on, and policies are written for 1.30" }
    }
    since("1.31", formats.map(\.name))
    since("1.32", ["macros with two variables", "transformList", "transformMap", "transformMapEntry"])
    since("1.33", versions.map(\.name).filter { quantityNames.contains($0) == false })
    since("1.34", ["flatten", "lists.range", "distinct", "sort", "sortBy", "slice", "reverse", "first", "last"])
    let never = math.map(\.name) + encoders.map(\.name) + ["cel.bind", "regex.replace", "regex.extract", "regex.extractAll", "optional.unwrap", "unwrapOpt"]
    for name in never { result[name] = "is not known in Kubernetes" }
    return result
  }()

  /// Names that versions share with quantities, which are older.
  private static let quantityNames = Set(quantities.map(\.name))
}
