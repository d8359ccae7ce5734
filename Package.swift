// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A target of Sources/. A target depends only on rows above its own (CONTRIBUTING.md has the table).
func room(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: settings)
}

/// The tests of a target; they may use all that the target may use.
func tests(_ name: String, _ dependencies: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: ([name, "Support"] + dependencies).map { .byName(name: $0) },
    swiftSettings: settings)
}

let package = Package(
  name: "secretslint",
  targets: [
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    room("SourceText"),
    room("Values", ["SourceText"]),
    room("FileTree", ["SourceText", "CZlib"]),
    room("Patterns", ["SourceText", "CPCRE2"]),
    room("Crypto", ["SourceText", "CCrypto"]),
    room("YAMLSyntax", ["SourceText", "Values", "CYAML"]),
    room("JSONSchema", ["SourceText", "Values", "Patterns"]),
    room("GoTemplate", ["SourceText", "Values", "Patterns", "Crypto", "YAMLSyntax"]),
    room("JMESPath", ["SourceText", "Values"]),
    room("HCL", ["SourceText", "Values"]),
    room("CEL", ["SourceText", "Values", "Patterns"]),
    room("IAM", ["SourceText", "Values"]),
    room("Kubernetes", ["SourceText", "Values"]),
    room("Helm", ["SourceText", "Values", "FileTree", "GoTemplate", "YAMLSyntax", "JSONSchema", "Patterns", "Kubernetes", "Crypto"]),
    room("Kustomize", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Patterns", "Kubernetes", "Helm", "Crypto"]),
    room("Terraform", ["SourceText", "Values", "FileTree", "HCL", "YAMLSyntax", "Patterns", "Crypto"]),
    room("ArgoCD", ["SourceText", "Values", "FileTree", "GoTemplate", "YAMLSyntax", "Kubernetes", "Patterns"]),
    room("Discovery", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "HCL", "ArgoCD"]),
    room("Rendering", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "Helm", "Kustomize", "Terraform", "ArgoCD", "Discovery"]),
    room("AccessModel", ["CKnowledge", "SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "IAM", "Patterns", "JMESPath", "Helm", "ArgoCD", "Rendering", "Discovery", "Terraform"]),
    room("Rules", ["SourceText", "Values", "FileTree", "YAMLSyntax", "CEL", "Kubernetes", "IAM", "Patterns", "AccessModel", "Rendering", "Discovery"]),
    .target(name: "CRules"),
    .target(name: "CKnowledge"),
    room("BuiltinRules", ["CRules", "SourceText"]),
    room("Linting", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Rules", "BuiltinRules", "AccessModel", "Rendering", "Terraform", "Discovery", "ArgoCD", "Kubernetes"]),
    room("Reports", ["SourceText", "Values", "Linting"]),
    room("ArgoPlugin", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "ArgoCD", "Discovery", "Rendering", "Terraform", "Linting"]),
    room("Commands", ["ArgoPlugin", "SourceText", "Values", "FileTree", "YAMLSyntax", "Patterns", "CEL", "HCL", "JSONSchema", "GoTemplate", "Helm", "Kustomize", "Terraform", "ArgoCD", "Discovery", "Rendering", "AccessModel", "Rules", "BuiltinRules", "Linting", "Reports", "Kubernetes", "Crypto"]),
    .executableTarget(name: "secretslint", dependencies: ["Commands"], swiftSettings: settings),
    .executableTarget(
      name: "secretslint-dev", dependencies: ["ArgoPlugin", "Commands", "Linting", "Reports", "Helm", "Kustomize", "FileTree", "SourceText", "Values"], swiftSettings: settings),
    .target(name: "Support", dependencies: ["SourceText", "Values", "FileTree"], path: "Tests/Support", swiftSettings: settings),
    .testTarget(name: "ArchitectureTests", dependencies: ["Support"], swiftSettings: settings),
    tests("SourceText"),
    tests("Values", ["SourceText"]),
    tests("FileTree"),
    tests("Patterns", ["SourceText"]),
    tests("Crypto", ["SourceText"]),
    tests("YAMLSyntax", ["SourceText", "Values"]),
    tests("JSONSchema", ["SourceText", "Values", "Patterns"]),
    tests("GoTemplate", ["SourceText", "Values", "Patterns", "Crypto", "YAMLSyntax"]),
    tests("JMESPath", ["SourceText", "Values"]),
    tests("HCL", ["SourceText", "Values"]),
    tests("CEL", ["SourceText", "Values", "Patterns"]),
    tests("IAM", ["SourceText", "Values"]),
    tests("Kubernetes", ["SourceText", "Values"]),
    tests("Helm", ["SourceText", "Values", "FileTree", "GoTemplate", "YAMLSyntax", "JSONSchema", "Patterns", "Kubernetes", "Crypto"]),
    tests("Kustomize", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Patterns", "Kubernetes", "Helm", "Crypto"]),
    tests("Terraform", ["SourceText", "Values", "FileTree", "HCL", "YAMLSyntax", "Patterns", "Crypto"]),
    tests("ArgoCD", ["SourceText", "Values", "FileTree", "GoTemplate", "YAMLSyntax", "Kubernetes", "Patterns"]),
    tests("Discovery", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "HCL", "ArgoCD"]),
    tests("Rendering", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "Helm", "Kustomize", "Terraform", "ArgoCD", "Discovery"]),
    tests("AccessModel", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "IAM", "Patterns", "JMESPath", "ArgoCD", "Rendering", "Discovery", "Terraform"]),
    tests("Rules", ["SourceText", "Values", "FileTree", "YAMLSyntax", "CEL", "Kubernetes", "IAM", "Patterns", "AccessModel", "Rendering", "Discovery", "BuiltinRules"]),
    tests("Linting", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Rules", "BuiltinRules", "AccessModel", "Rendering", "Terraform", "Discovery", "ArgoCD", "Kubernetes"]),
    tests("Reports", ["SourceText", "Values", "Linting"]),
    tests("ArgoPlugin", ["SourceText", "Values", "FileTree", "YAMLSyntax", "Kubernetes", "ArgoCD", "Discovery", "Rendering", "Terraform", "Linting"]),
    tests("Commands", ["ArgoPlugin", "SourceText", "Values", "FileTree", "YAMLSyntax", "Patterns", "CEL", "HCL", "JSONSchema", "GoTemplate", "Helm", "Kustomize", "Terraform", "ArgoCD", "Discovery", "Rendering", "AccessModel", "Rules", "BuiltinRules", "Linting", "Reports", "Kubernetes"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)
