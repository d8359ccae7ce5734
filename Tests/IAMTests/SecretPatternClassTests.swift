import Testing

@testable import IAM

private let prefix = "arn:aws:secretsmanager:eu-west-1:210987654399:secret:"

struct SecretPatternClassTests {
  @Test(arguments: [
    ("*", .unbounded), ("*/*", .unbounded), ("?*", .unbounded), ("*-??????", .unbounded), ("*production*", .unbounded),
    ("*/myapp/*", .unbounded), ("/*", .unbounded), ("prod*", .partialSegment), ("production-*x", .partialSegment), ("prod*/web/*", .partialSegment),
    ("production-*", .slashFreeName(name: "production")), ("db-??????", .exact), ("production/*", .firstSegment(shape: .plain)),
    ("production/*/*", .firstSegment(shape: .extraWildcard)), ("production/*/database-??????", .firstSegment(shape: .plain)),
    ("production/myapp/*", .prefix), ("production/myapp/database-??????", .exact), ("production/myapp/database-AbC123", .exact),
    ("production/myapp/database-*", .nameAndHyphen), ("production/myapp/database*", .openName), ("production/myapp/database", .never(.noSuffix)),
    ("{dev,prod}/*", .never(.badSyntax)), ("prod/[ab]*", .never(.badSyntax)), ("prod//web/*", .never(.doubleSlash)),
    ("${aws:PrincipalTag/kubernetes-namespace}/*", .policyVariable), ("/production/*", .firstSegment(shape: .plain)),
    ("prod/${aws:PrincipalTag/team}/*", .prefix),
  ] as [(String, SecretPatternClass)])
  func nameParts(part: String, expected: SecretPatternClass) {
    #expect(SecretPatternClass.of(PolicyText(prefix + part)) == expected)
  }

  @Test(arguments: [
    ("*", .unbounded), ("arn:aws:secretsmanager:*", .unbounded), ("arn:aws:secretsmanager:*:*:*", .unbounded),
    ("arn:*:secretsmanager:*:*:secret:*", .unbounded), ("arn:aws:*:*:*:secret*", .unbounded),
    ("arn:aws:secretsmanager:eu-west-1:1:production/*", .never(.noSecretPrefix)), ("arn:aws:s3:::bucket/*", .otherService),
    ("arn:aws:secretsmanager:cn-north-1:1:secret:prod/*", .never(.partition)), ("arn:aws-cn:secretsmanager:cn-north-1:1:secret:prod/*", .firstSegment(shape: .plain)),
    ("arn:aws-us-gov:secretsmanager:eu-west-1:1:secret:prod/*", .never(.partition)), ("prod/*", .otherService), ("", .otherService),
  ] as [(String, SecretPatternClass)])
  func wholeResources(resource: String, expected: SecretPatternClass) {
    #expect(SecretPatternClass.of(PolicyText(resource)) == expected)
  }

  private static func text(_ pieces: [PolicyText.Piece]) -> PolicyText { PolicyText(pieces: pieces) }
  private static func literal(_ text: String) -> PolicyText.Piece { .literal(Array(text.utf8)) }
  private static let token = PolicyText.Piece.gap(.token, label: "x")
  private static let any = PolicyText.Piece.gap(.anything, label: "y")

  @Test(arguments: [
    ([literal("arn:aws:secretsmanager:"), any, literal(":"), token, literal(":secret:prod/*")], .firstSegment(shape: .plain)),
    ([literal("arn:aws:secretsmanager:*:*:secret:"), any, literal("/*")], .unknown),
    ([literal("arn:aws:secretsmanager:*:*:secret:prod/"), any, literal("/*")], .prefix),
    ([literal("arn:aws:secretsmanager:*:*:secret:*/"), any], .unbounded),
    ([any], .unknown), ([any, literal("*")], .unknown), ([literal("arn:aws:"), any], .unknown),
    ([.gap(.secretARN, label: "s")], .exact), ([.gap(.secretARN, label: "s"), literal("-*")], .exact),
  ] as [([PolicyText.Piece], SecretPatternClass)])
  func unknownPartsOnlyMatterWhereTheyDecide(pieces: [PolicyText.Piece], expected: SecretPatternClass) {
    #expect(SecretPatternClass.of(Self.text(pieces)) == expected)
  }

  @Test(arguments: [
    ("arn:aws:secretsmanager:*:*:secret:prod/web/*", "prod/web/db", true), ("*", "anything", true),
    ("arn:aws:secretsmanager:*:*:secret:prod/web/db", "prod/web/db", false), ("arn:aws:secretsmanager:*:*:secret:prod/web/db-??????", "prod/web/db", true),
    ("arn:aws:secretsmanager:*:*:secret:prod/web/db-?????", "prod/web/db", false), ("arn:aws:secretsmanager:*:*:secret:/prod/*", "prod/web/db", false),
    ("arn:aws:secretsmanager:*:*:secret:prod/web/db-AbCdEf", "prod/web/db", true),
    ("arn:aws:secretsmanager:us-east-1:*:secret:prod/*", "arn:aws:secretsmanager:eu-west-1:210987654399:secret:prod/x-AbCdEf", false),
    ("arn:aws:secretsmanager:eu-west-1:*:secret:prod/*", "arn:aws:secretsmanager:eu-west-1:210987654399:secret:prod/x-AbCdEf", true),
    ("arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/a}/*", "prod/x", nil),
  ] as [(String, String, Bool?)])
  func resourcesAreHeldAgainstFullARNs(resource: String, object: String, matches: Bool?) {
    guard case .pattern(let pattern) = ARNPattern.read(PolicyText(resource)) else {
      Issue.record("not read")
      return
    }
    #expect(pattern.matches(SecretTarget(objectName: object)) == matches)
  }

  @Test(arguments: [
    ("a*", "*b", true), ("a*", "b*", false), ("a?c", "abc", true), ("a?c", "ac", false), ("*", "", true), ("", "", true), ("prod/*", "prod/web/*", true),
    ("a*b*c", "abc", true), ("a*b*c", "acb", false),
  ])
  func patternsIntersect(a: String, b: String, expected: Bool) {
    #expect(WildcardPattern(a).intersects(WildcardPattern(b)) == expected)
    #expect(WildcardPattern(b).intersects(WildcardPattern(a)) == expected)
  }

  @Test(arguments: [
    ("*", "a*", true), ("a*", "*", false), ("prod/*", "prod/web/*", true), ("prod/web/*", "prod/*", false), ("a?", "ab", true), ("a?", "a*", false),
    ("a*", "a", true), ("a*c", "abc", true), ("a*c", "a*bc", true),
  ])
  func patternsCover(wide: String, narrow: String, expected: Bool) {
    #expect(WildcardPattern(wide).covers(WildcardPattern(narrow)) == expected)
  }
}
