import SourceText
import Testing
import Values

@testable import Kustomize

/// The parts that have tables of their own.
struct KustomizePartsTests {
  @Test(arguments: [
    ("github.com/org/repo", true), ("github.com/org/repo//path?ref=main", true), ("https://github.com/org/repo", true),
    ("git@github.com:org/repo.git", true), ("ssh://git@host/org/repo", true), ("git::https://host/org/repo", true),
    ("https://host/only", false), ("../base", false), ("base", false), ("a/b/c", false), ("/abs/path", false),
    ("file:///tmp/repo", true), ("user@dir", false), ("github.com/org", false),
  ])
  func remoteBases(_ name: String, _ isRemote: Bool) {
    #expect(RemoteBase.isRemote(name) == isRemote)
  }

  @Test(arguments: [
    ("spec/containers", ["spec", "containers"]), (#"metadata/annotations/a.b\/c"#, ["metadata", "annotations", "a.b/c"]),
    ("/leading", ["leading"]), ("", [""]),
  ])
  func slashPaths(_ path: String, _ parts: [String]) {
    #expect(FieldPath.split(path, by: UInt8(ascii: "/")) == parts)
  }

  @Test(arguments: [
    ("spec.containers.[name=a.b].image", ["spec", "containers", "[name=a.b]", "image"]),
    ("metadata.annotations.[a.b/c]", ["metadata", "annotations", "a.b/c"]), (#"data.a\.b"#, ["data", "a.b"]), ("a.*.b", ["a", "*", "b"]),
  ])
  func dottedPaths(_ path: String, _ parts: [String]) {
    #expect(FieldPath.splitDotted(path) == parts)
  }

  @Test(arguments: [
    ("a=b", true), ("a==b,c", true), ("a!=b", false), ("!x", true), ("!a", false), ("a in (b, z)", true), ("a notin (b)", false),
    ("n>4", true), ("n<4", false), ("", true), ("missing notin (q)", true), ("a=", false), ("c", true),
  ])
  func labelSelectors(_ text: String, _ matches: Bool) throws {
    let labels = ["a": Resource.Entry("b"), "c": Resource.Entry(""), "n": Resource.Entry("5")]
    #expect(try LabelRequirements(Scalar(text: Text(text))).match(labels) == matches)
  }

  @Test(arguments: ["a b", "a in b", "=x", "a,,b", "a in (b", "(", "a=b=c"])
  func badLabelSelectors(_ text: String) {
    #expect(throws: KustomizeError.self) { try LabelRequirements(Scalar(text: Text(text))) }
  }

  @Test(arguments: [
    ("nginx", "nginx", "", ""), ("nginx:1", "nginx", "1", ""), ("host:5000/nginx", "host:5000/nginx", "", ""),
    ("host:5000/nginx:2@sha256:ab", "host:5000/nginx", "2", "sha256:ab"), ("a@sha256:ab", "a", "", "sha256:ab"),
  ])
  func images(_ image: String, _ name: String, _ tag: String, _ digest: String) {
    let parts = Transformers.split(image)
    #expect(parts.name == name && parts.tag == tag && parts.digest == digest)
  }

  @Test(arguments: [
    ("", "null"), ("~", "null"), ("Null", "null"), ("true", "bool"), ("yes", "string"), ("0", "int"), ("0o17", "int"), ("017", "int"),
    ("08", "float"), ("1_000", "int"), ("0x1F", "int"), ("-5", "int"), ("+5", "int"), ("1e3", "float"), (".5", "float"), ("5.", "float"),
    (".inf", "float"), ("-", "string"), (".", "string"), ("1.2.3", "string"), ("12:30", "string"), ("2020-01-01", "timestamp"),
    ("2020-13-01", "string"), ("1e400", "string"), ("0x", "string"), ("--5", "string"),
  ])
  func scalarTypes(_ text: String, _ type: String) {
    #expect("\(ScalarResolver.tag(of: Array(text.utf8)))" == type)
  }

  @Test(arguments: [(1_000_000.0, "1e+06"), (999_999, "999999"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5, "1.5"), (-2, "-2"), (123456.75, "123456.75")])
  func goNumbers(_ value: Double, _ text: String) {
    #expect(goShortest(value) == text)
  }

  @Test("a folded block as go-yaml prints and reads it", arguments: [
    ("a\n  b\nc", "a\n\n  b\nc"), ("a b", "a b"), ("a\n\nb\n", "a\n\nb\n"), (" a\nb", " a\nb"), ("a\n\n", "a\n\n\n"), ("a \n b", "a \n b"),
  ])
  func folded(_ text: String, _ result: String) {
    #expect(NodeValues.folded(Text(text), .none).string == result)
  }

  @Test("base64 in lines of 70 letters")
  func base64() {
    #expect(String(decoding: Base64.lines(Array("abc".utf8)), as: UTF8.self) == "YWJj")
    let long = String(decoding: Base64.lines([UInt8](repeating: 0, count: 60)), as: UTF8.self)
    #expect(long == String(repeating: "A", count: 70) + "\n" + String(repeating: "A", count: 10) + "\n")
  }

  @Test("the letters of a hash cannot make words")
  func hashLetters() {
    #expect(NameHash.encode(sha256: [0x01, 0x3A, 0xE2, 0x45, 0x67]) == "ghkmt24567")
  }

  @Test(arguments: [
    ("apps/v1", "Deployment", ["spec", "template", "spec", "containers"], ["name"]),
    ("batch/v1", "CronJob", ["spec", "jobTemplate", "spec", "template", "spec", "volumes"], ["name"]),
    ("v1", "Service", ["spec", "ports"], ["port", "protocol"]),
    ("v1", "ServiceAccount", ["secrets"], ["name"]),
    ("v1", "ConfigMap", ["metadata", "finalizers"], []),
  ])
  func mergeKeys(_ version: String, _ kind: String, _ path: [String], _ keys: [String]) throws {
    let schema = MergeSchema()
    var field = schema.root(apiVersion: version, kind: kind)
    for part in path { field = schema.field(part, of: field) }
    guard case .list(let found, _) = field else {
      Issue.record("no list that is merged by key")
      return
    }
    #expect(found == keys)
  }

  @Test("kinds that are not built in have no merge keys, and containers of other versions neither")
  func noMergeKeys() {
    let schema = MergeSchema()
    for (version, kind) in [("extensions/v1beta1", "Deployment"), ("example.com/v1", "Thing")] {
      guard case .unknown = schema.root(apiVersion: version, kind: kind) else {
        Issue.record("\(kind) of \(version) is known")
        continue
      }
    }
  }

  @Test("a custom schema replaces the built-in kinds")
  func customSchema() {
    let files = [
      "kustomization.yaml": "openapi: {path: s.json}\nresources: [t.yaml]\npatches: [{path: p.yaml}]\n",
      "s.json": """
        {"definitions": {"v1.Thing": {
          "properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/Item"},
            "x-kubernetes-patch-merge-key": "id", "x-kubernetes-patch-strategy": "merge"}},
          "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Thing", "version": "v1"}]},
          "Item": {"properties": {"id": {"type": "string"}}}}}
        """,
      "t.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nitems: [{id: a, x: 1}, {id: b}]\n",
      "p.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nitems: [{id: a, y: 2}]\n",
    ]
    #expect(Built(files).text.contains("items:\n- id: a\n  x: 1\n  \"y\": 2\n- id: b\n"))
  }
}
