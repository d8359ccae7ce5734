import Testing
import Values

@testable import IAM

private let issuer = "oidc.eks.eu-west-1.amazonaws.com/id/AB"

private func trust(_ conditions: String, principal: String = #"{"Federated":"arn:aws:iam::1:oidc-provider/\#(issuer)"}"#) throws -> TrustStatement {
  let json = #"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":\#(principal),"Condition":\#(conditions)}]}"#
  return TrustStatement(try #require(PolicyReader(origins: OriginTable()).read(.string(json)).statements.first))
}

struct TrustStatementTests {
  @Test(arguments: [
    (#"{"StringEquals":{"ISS:sub":"system:serviceaccount:ns:sa"}}"#, .exact, true),
    (#"{"StringEquals":{"ISS:sub":["system:serviceaccount:x:y","system:serviceaccount:ns:sa"]}}"#, .exact, true),
    (#"{"StringEquals":{"ISS:sub":"system:serviceaccount:other:sa"}}"#, .exact, false),
    (#"{"StringEquals":{"ISS:sub":"system:serviceaccount:ns:*"}}"#, .never, false),
    (#"{"StringLike":{"ISS:sub":"system:serviceaccount:ns:*"}}"#, .namespace, true),
    (#"{"StringLike":{"ISS:sub":"system:serviceaccount:*:sa"}}"#, .anyNamespace, true),
    (#"{"StringLike":{"ISS:sub":"*"}}"#, .everyone, true),
    (#"{"StringLike":{"ISS:sub":"system:serviceaccount:*"}}"#, .everyone, true),
    (#"{"StringEquals":{"ISS:aud":"sts.amazonaws.com"}}"#, .everyone, true),
    (#"{"ForAllValues:StringEquals":{"ISS:sub":"system:serviceaccount:ns:sa"}}"#, .void, true),
    (#"{"StringEquals":{"https://ISS:sub":"system:serviceaccount:ns:sa"}}"#, .exact, false),
    (#"{"StringEquals":{"other.example/id/X:sub":"system:serviceaccount:ns:sa"}}"#, .exact, false),
  ] as [(String, TrustStatement.SubjectScope, Bool?)])
  func subjects(conditions: String, scope: TrustStatement.SubjectScope, admits: Bool?) throws {
    let trust = try trust(conditions.split(separator: "ISS", omittingEmptySubsequences: false).joined(separator: issuer))
    #expect(trust.subjectScope == scope)
    #expect(trust.admits(namespace: "ns", serviceAccount: "sa") == admits)
    #expect(trust.issuerKind == .eks || conditions.contains("other"))
    #expect(trust.isForServiceAccounts)
  }

  @Test(arguments: [
    (#"{"StringEquals":{"ISS:aud":"sts.amazonaws.com"}}"#, .ok), (#"{"StringEquals":{"ISS:aud":"other"}}"#, .wrong), ("{}", .missing),
  ] as [(String, TrustStatement.AudienceState)])
  func audiences(conditions: String, state: TrustStatement.AudienceState) throws {
    #expect(try trust(conditions.split(separator: "ISS", omittingEmptySubsequences: false).joined(separator: issuer)).audienceState == state)
  }

  @Test func otherIssuersAreNotForServiceAccounts() throws {
    let github = try trust(
      #"{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:a/b:*"}}"#,
      principal: #"{"Federated":"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"}"#)
    #expect(github.issuerKind == .other)
    #expect(!github.isForServiceAccounts)
  }

  @Test func podIdentityIsAService() throws {
    let json = #"{"Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"}}]}"#
    let trust = TrustStatement(try #require(PolicyReader(origins: OriginTable()).read(.string(json)).statements.first))
    #expect(trust.isPodIdentity && trust.hasTagSession && !trust.isWebIdentity)
    #expect(trust.admits(namespace: "ns", serviceAccount: "sa") == false)
  }

  @Test func gapsInSubjectsAreNotKnown() {
    var statement = PolicyStatement()
    statement.actions = [PolicyText("sts:AssumeRoleWithWebIdentity")]
    statement.principals = [PolicyPrincipal(type: "Federated", identifiers: [.unknown("oidc")])]
    statement.conditions = [
      PolicyCondition(
        test: "StringEquals", key: PolicyText(pieces: [.gap(.anything, label: "oidc"), .literal(Array(":sub".utf8))]),
        values: [PolicyText(pieces: [.literal(Array("system:serviceaccount:".utf8)), .gap(.token, label: "ns"), .literal(Array(":sa".utf8))])])
    ]
    let trust = TrustStatement(statement)
    #expect(trust.admits(namespace: "ns", serviceAccount: "sa") == nil)
    #expect(trust.admits(namespace: "ns", serviceAccount: "other") == false)
    #expect(trust.subjectScope == .exact)
  }
}
