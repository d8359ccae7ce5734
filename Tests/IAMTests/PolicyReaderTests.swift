import Testing
import Values

@testable import IAM

private func read(_ json: String) -> PolicyDocument { PolicyReader(origins: OriginTable()).read(.string(json)) }

struct PolicyReaderTests {
  @Test func textAndMapGiveTheSame() throws {
    let json = #"{"Version":"2012-10-17","Statement":{"Sid":"a","Effect":"Allow","Action":"s:Get","Resource":["x","y"],"Condition":{"StringEquals":{"k":"v"}}}}"#
    let text = read(json)
    let map = PolicyReader(origins: OriginTable()).read(try JSONReader.read(json))
    #expect(text.statements == map.statements)
    #expect(text.isComplete)
    let statement = try #require(text.statements.first)
    #expect(statement.resources.map(\.text) == ["x", "y"])
    #expect(statement.conditions.map { "\($0.test) \($0.key.text) \($0.values.map(\.text))" } == [#"StringEquals k ["v"]"#])
  }

  @Test(arguments: ["{", "[]", "\"x\"", "{\"Statement\":[1]}"])
  func whatIsNoPolicyIsUnknown(json: String) {
    #expect(!read(json).isComplete)
  }

  @Test func unknownPartsStayApart() {
    let statement = ValueMap([
      ("Effect", .string("Allow")), ("Action", .list([.string("secretsmanager:GetSecretValue"), .unknown("list of actions")])),
      ("Resource", .unknown("var.arns")),
    ])
    let document = PolicyReader(origins: OriginTable()).read(.map(ValueMap([("Statement", .list([.map(statement), .unknown("dynamic")]))])))
    #expect(!document.isComplete)
    #expect(document.statements.first?.resources.first?.isKnown == false)
    #expect(document.statements.first?.unknownElements == ["Resource"])
    #expect(document.statements.first?.concerns(action: ActionCatalog.readValue) == true)
    #expect(document.statements.first?.concerns(action: "s3:GetObject") == nil)
  }

  @Test func jsonTextWithGapsIsRead() throws {
    let reader = PolicyReader(origins: OriginTable(), text: { value in
      guard value.isUnknown else { return PolicyReader.plainText(value) }
      return PolicyText(pieces: [
        .literal(Array(#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:secretsmanager:"#.utf8)), .gap(.token, label: "region"),
        .literal(Array(#":1:secret:prod/*"}]}"#.utf8)),
      ])
    })
    let document = reader.read(.unknown("text"))
    let resource = try #require(document.statements.first?.resources.first)
    #expect(resource.text == "arn:aws:secretsmanager:${region}:1:secret:prod/*")
    #expect(SecretPatternClass.of(resource) == .firstSegment(shape: .plain))
  }

  @Test func terraformDocumentsMergeBySid() {
    func block(_ sid: String, _ action: String) -> Value {
      .map(
        ValueMap([
          ("sid", .string(sid)), ("actions", .list([.string(action)])), ("resources", .list([.string("&{aws:username}")])),
          ("condition", .list([.map(ValueMap([("test", .string("StringLike")), ("variable", .string("k")), ("values", .list([.string("v")]))]))])),
        ]))
    }
    let attributes = ValueMap([
      ("source_policy_documents", .list([.string(#"{"Statement":[{"Sid":"s","Effect":"Deny","Action":"x","Resource":"*"}]}"#)])),
      ("statement", .list([block("a", "one"), block("b", "two")])),
      ("override_policy_documents", .list([.string(#"{"Statement":[{"Sid":"a","Effect":"Deny","Action":"three","Resource":"*"}]}"#)])),
    ])
    let document = PolicyReader(origins: OriginTable()).read(terraform: attributes)
    #expect(document.statements.map { "\($0.sid) \($0.effect) \($0.actions.map(\.text))" } == [#"s Deny ["x"]"#, #"b Allow ["two"]"#, #"a Deny ["three"]"#])
    #expect(document.statements[1].resources.first?.text == "${aws:username}")
    #expect(document.statements[1].conditions.first?.values.first?.text == "v")
  }

  @Test(arguments: [
    ("StringEquals", "secretsmanager:ResourceTag/app", ["web"], .narrows), ("StringLike", "aws:ResourceTag/app", ["*"], .void),
    ("StringEqualsIfExists", "aws:ResourceTag/app", ["web"], .void), ("ForAllValues:StringEquals", "aws:ResourceTag/app", ["web"], .void),
    ("StringNotEquals", "aws:ResourceTag/app", ["web"], .void), ("StringEquals", "secretsmanager:VersionStage", ["AWSCURRENT"], .unrelated),
    ("StringEquals", "aws:PrincipalOrgID", ["o-1"], .unrelated), ("ArnLike", "secretsmanager:SecretId", ["arn:x"], .narrows),
  ] as [(String, String, [String], ConditionEffect)])
  func conditionsNarrowOrNot(test: String, key: String, values: [String], effect: ConditionEffect) {
    #expect(PolicyCondition(test: test, key: PolicyText(key), values: values.map { PolicyText($0) }).effect == effect)
  }

  @Test func allowsAndDenies() throws {
    let allow = try #require(read(#"{"Statement":[{"Effect":"Allow","Action":"secretsmanager:Get*","Resource":"arn:aws:secretsmanager:*:*:secret:prod/*"}]}"#).statements.first)
    let deny = try #require(read(#"{"Statement":[{"Effect":"Deny","Action":"*","NotResource":"arn:aws:secretsmanager:*:*:secret:prod/web/*"}]}"#).statements.first)
    func allowed(_ name: String, _ statements: [PolicyStatement], _ isComplete: Bool = true) -> Bool? {
      EffectivePermission.allows(action: ActionCatalog.readValue, on: SecretTarget(name: name), statements: statements, isComplete: isComplete)
    }
    #expect(allowed("prod/api/db", [allow]) == true)
    #expect(allowed("dev/api/db", [allow]) == false)
    #expect(allowed("dev/api/db", [allow], false) == nil)
    #expect(allowed("prod/api/db", [allow, deny]) == false)
    #expect(allowed("prod/web/db", [allow, deny]) == true)
  }
}
