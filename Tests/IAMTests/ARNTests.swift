import Testing

@testable import IAM

struct ARNTests {
  enum Kind { case valid, empty, malformed, placeholder, documentation, templated }

  @Test(arguments: [
    ("arn:aws:iam::210987654399:role/web", .valid), ("arn:aws-cn:iam::210987654399:role/path/web", .valid), ("", .empty),
    ("arn:aws:iam::ACCOUNT_ID:role/web", .placeholder), ("arn:aws:iam::<account>:role/web", .placeholder), ("arn:aws:iam::XXXXXXXXXXXX:role/web", .placeholder),
    ("arn:aws:iam::000000000000:role/web", .placeholder), ("arn:aws:iam::210987654399:role/YOUR_ROLE", .placeholder), ("CHANGE_ME", .placeholder),
    ("arn:aws:iam::123456789012:role/web", .documentation), ("arn:aws:iam::111122223333:role/web", .documentation),
    ("arn:aws:iam::${ACCOUNT}:role/web", .templated), ("${ROLE_ARN}", .templated), ("$ROLE", .templated), ("arn:aws:iam::$AWS_ACCOUNT_ID:role/x", .templated),
    ("arn:aws:iam::210987654:role/web", .malformed), ("arn:aws:iam::210987654399:user/web", .malformed), ("arn:aws:sts::210987654399:role/web", .malformed),
    ("arn:aws:iam:eu-west-1:210987654399:role/web", .malformed), ("web-role", .malformed), ("arn:aws:iam::210987654399:role/", .malformed),
    ("arn:aws:iam::210987654399:role/a b", .malformed), ("arn:aws:iam::210987654399:role/your-app-role", .placeholder),
    ("arn:aws:iam::210987654399:role/account-service-todo", .valid), ("arn:amazon:iam::210987654399:role/x", .malformed),
  ] as [(String, Kind)])
  func roleARNs(text: String, kind: Kind) {
    let found: Kind =
      switch RoleARN(text) {
      case .valid: .valid
      case .empty: .empty
      case .malformed: .malformed
      case .placeholder: .placeholder
      case .documentation: .documentation
      case .templated: .templated
      }
    #expect(found == kind)
  }

  @Test func namesOfRolesAreTheLastSegment() {
    #expect(RoleARN("arn:aws:iam::210987654399:role/team/web").name == "web")
  }

  @Test(arguments: [
    ("prod/web/db-AbCdEf", "prod/web/db"), ("prod/web/db", "prod/web/db"), ("-AbCdEf", "-AbCdEf"), ("x-AbCdE", "x-AbCdE"), ("x-AbC_Ef", "x-AbC_Ef"),
  ])
  func suffixesAreCut(name: String, expected: String) {
    #expect(SecretName.droppingSuffix(name) == expected)
  }

  @Test(arguments: [
    ("prod/web/db", ["prod", "web", "db"]), ("/prod/db", ["prod", "db"]), ("a//b", ["a", "", "b"]), ("a/", ["a", ""]), ("", []), ("/", []),
  ])
  func segments(name: String, expected: [String]) {
    #expect(SecretName.segments(name) == expected)
  }

  @Test(arguments: [("prod/web_db+1=.@-", true), ("", false), ("a b", false), ("ä", false), ("a:b", false), ("rds!db-1", true)])
  func namesAreChecked(name: String, isFine: Bool) {
    #expect((SecretName.problem(name) == nil) == isFine)
  }

  @Test(arguments: [
    ("arn:aws:iam::aws:policy/SecretsManagerReadWrite", .allSecrets), ("arn:aws-cn:iam::aws:policy/AdministratorAccess", .allSecrets),
    ("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", .noSecrets), ("arn:aws:iam::aws:policy/Whatever", .unknown),
    ("arn:aws:iam::210987654399:policy/AdministratorAccess", .unknown),
  ] as [(String, ManagedPolicy.Grant)])
  func managedPolicies(arn: String, grant: ManagedPolicy.Grant) {
    #expect(ManagedPolicy.grant(ofARN: arn) == grant)
  }

  @Test(arguments: [
    ("*", true), ("secretsmanager:*", true), ("SecretsManager:get*", true), ("secretsmanager:*Value", true), ("secretsmanager:GetSecretValue", true),
    ("secretsmanager:ListSecrets", false), ("secretsmanager:GetSecretValue?", false), ("ssm:*", false),
  ])
  func actionsMatchWhateverTheirCase(pattern: String, reads: Bool) {
    #expect(ActionCatalog.matches(PolicyText(pattern), ActionCatalog.readValue) == reads)
  }
}
