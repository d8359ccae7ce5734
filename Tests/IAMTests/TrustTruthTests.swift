import Testing
import Values

@testable import IAM

private let issuer = "oidc.eks.eu-west-1.amazonaws.com/id/AB"

/// section | conditions (`ISS` is the principal's issuer, `SA` is `system:serviceaccount`) | how far the subject reaches | audience | admits production/web | assumes it with AWS' audience | reason
private let table = """
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = sts.amazonaws.com | exact | ok | yes | yes | as AWS' documentation has it
4.2 | StringEquals ISS:sub = SA:production:web | exact | missing | yes | yes | STS itself still demands a registered audience
4.2 | StringEquals ISS:sub = SA:production:api | exact | missing | no | no | another name
4.2 | StringEquals ISS:sub = SA:staging:web | exact | missing | no | no | another namespace
4.2 | StringEquals ISS:sub = SA:production:web, SA:production:api | exact | missing | yes | yes | values of a key are alternatives
4.2 | StringEquals ISS:sub = SA:staging:web, SA:production:api | exact | missing | no | no | none of them
4.2 | StringEquals ISS:sub = SA:production:* | never | missing | no | no | StringEquals compares letter for letter
4.2 | StringEquals ISS:sub = SA:*:web | never | missing | no | no | a star that is none
4.2 | StringEquals ISS:sub = * | never | missing | no | no | not even alone
4.2 | StringEqualsIgnoreCase ISS:sub = SA:Production:Web | exact | missing | yes | yes | whatever the case
4.2 | StringEquals ISS:sub = SA:Production:Web | exact | missing | no | no | names mind their case
4.2 | StringLike ISS:sub = SA:production:* | namespace | missing | yes | yes | every ServiceAccount of the namespace
4.2 | StringLike ISS:sub = SA:staging:* | namespace | missing | no | no | of another one
4.2 | StringLike ISS:sub = SA:production:w* | exact | missing | yes | yes | a part of the names
4.2 | StringLike ISS:sub = SA:production:a* | exact | missing | no | no | another part
4.2 | StringLike ISS:sub = SA:production:web | exact | missing | yes | yes | StringLike without a wildcard
4.2 | StringLike ISS:sub = SA:production:we? | exact | missing | yes | yes | one character
4.2 | StringLike ISS:sub = SA:*:web | any-namespace | missing | yes | yes | whoever makes a namespace takes the role
4.2 | StringLike ISS:sub = SA:*:api | any-namespace | missing | no | no | of that name only
4.2 | StringLike ISS:sub = SA:prod*:web | any-namespace | missing | yes | yes | a cut namespace
4.2 | StringLike ISS:sub = SA:p?oduction:web | any-namespace | missing | yes | yes | one character of the namespace
4.2 | StringLike ISS:sub = SA:* | everyone | missing | yes | yes | the whole cluster
4.2 | StringLike ISS:sub = * | everyone | missing | yes | yes | everyone
4.2 | StringLike ISS:sub = SA:*:* | any-namespace | missing | yes | yes | the whole cluster in two stars
4.2 | StringLike ISS:sub = system:* | everyone | missing | yes | yes | every subject of the cluster
4.2 | StringLike ISS:sub = SA:production:web, * | everyone | missing | yes | yes | the widest value counts
4.2 | ArnLike ISS:sub = SA:production:web | exact | missing | yes | yes | an odd operator that compares parts
4.2 | StringEquals ISS:aud = sts.amazonaws.com | everyone | ok | yes | yes | no subject: every ServiceAccount of the cluster
4.2 | - | everyone | missing | yes | yes | no condition at all
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = sts.amazon.com | exact | wrong | yes | no | nobody presents that audience
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = https://kubernetes.default.svc | exact | wrong | yes | no | the API server's own audience
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = sts.amazonaws.com, other | exact | ok | yes | yes | one of several
4.2 | StringEquals ISS:sub = SA:production:web and StringLike ISS:aud = sts.* | exact | ok | yes | yes | a wildcard takes it in
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = sts.amazonaws.com and StringEquals aws:RequestedRegion = eu-west-1 | exact | ok | yes | ? | a further condition that is not known
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:sub = SA:production:api | exact | missing | no | no | conditions of a statement must all hold
4.2 | StringLike ISS:sub = SA:production:* and StringEquals ISS:sub = SA:production:web | exact | missing | yes | yes | the narrower one counts
4.2 | StringLike ISS:sub = SA:*:* and StringEquals ISS:sub = SA:production:api | exact | missing | no | no | the narrower one names another
4.2 | ForAllValues:StringEquals ISS:sub = SA:production:web | void | missing | yes | yes | true for a token without a subject
4.2 | ForAllValues:StringLike ISS:sub = SA:production:* | void | missing | yes | yes | the same
4.2 | StringEqualsIfExists ISS:sub = SA:production:web | void | missing | yes | yes | the same
4.2 | StringLikeIfExists ISS:sub = SA:production:* | void | missing | yes | yes | the same
4.2 | ForAnyValue:StringEquals ISS:sub = SA:production:web | exact | missing | yes | yes | needs a value
4.2 | ForAnyValue:StringLike ISS:sub = SA:*:web | any-namespace | missing | yes | yes | with a wildcard
4.2 | StringNotEquals ISS:sub = SA:staging:web | everyone | missing | ? | ? | a deny-list narrows nothing
4.2 | StringNotLike ISS:sub = SA:kube-system:* | everyone | missing | ? | ? | nor does this one
4.2 | StringEquals https://ISS:sub = SA:production:web | exact | missing | no | no | `https://` is no part of the key
4.2 | StringEquals other.example/id/X:sub = SA:production:web | exact | missing | no | no | a key of another issuer is absent
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals other.example/id/X:aud = sts.amazonaws.com | exact | ok | no | no | the audience's key is of another issuer
4.2 | StringEquals ISS:sub = SA:<?>:web | exact | missing | ? | ? | the namespace is not known
4.2 | StringEquals ISS:sub = SA:<?>:api | exact | missing | no | no | whatever it is, another name
4.2 | StringEquals ISS:sub = <?> | unknown | missing | ? | ? | nothing of the subject is known
4.2 | StringLike ISS:sub = SA:<?>:* | namespace | missing | ? | ? | which namespace is not known
4.2 | StringEquals ISS:sub = SA:production:web, <?> | unknown | missing | yes | yes | one value suffices; how far the other reaches is not known
4.2 | StringEquals ISS:sub = SA:production:web and StringEquals ISS:aud = <?> | exact | unknown | yes | ? | the audience is not known
4.2 | StringEquals ISS:sub = production:web | exact | missing | no | no | `system:serviceaccount:` is missing
4.2 | StringEquals ISS:sub = SA:production/web | exact | missing | no | no | a slash for a colon
4.2 | StringEquals ISS:sub = SA:production:web:x | exact | missing | no | no | one part too many
"""

struct TrustTruthTests {
  @Test(arguments: TruthRow.rows(table.split(separator: "\n", omittingEmptySubsequences: false).map { TruthRow.trimmed($0) }.joined(separator: "\n")))
  func trusts(_ row: TruthRow) {
    func replaced(_ text: String, _ word: String, _ by: String) -> String {
      text.split(separator: word, omittingEmptySubsequences: false).joined(separator: by)
    }
    var statement = PolicyStatement()
    statement.actions = [PolicyText("sts:AssumeRoleWithWebIdentity")]
    statement.principals = [PolicyPrincipal(type: "Federated", identifiers: [PolicyText("arn:aws:iam::210987654399:oidc-provider/\(issuer)")])]
    if row[1] != "-" { statement.conditions = TruthText.conditions(replaced(replaced(row[1], "ISS:", issuer + ":"), "SA:", "system:serviceaccount:")) }
    let trust = TrustStatement(statement)
    func word(_ answer: Bool?) -> String { answer.map { $0 ? "yes" : "no" } ?? "?" }
    #expect(row.columns.count == 7)
    #expect(trust.subjectScope.rawValue == row[2], "line \(row.line): \(row[6])")
    #expect(trust.audienceState.rawValue == row[3], "line \(row.line): \(row[6])")
    #expect(word(trust.admits(namespace: "production", serviceAccount: "web")) == row[4], "line \(row.line): \(row[6])")
    #expect(word(trust.assumes(namespace: "production", serviceAccount: "web")) == row[5], "line \(row.line): \(row[6])")
  }

  /// section | principal type and identifier | actions | web identity | Pod Identity with tags | reason
  @Test(arguments: TruthRow.rows(
    """
    4.2 | Federated arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB | sts:AssumeRoleWithWebIdentity | yes | no | the action of web identity
    4.2 | Federated arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB | sts:AssumeRole* | yes | no | a wildcard takes it in
    4.2 | Federated arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB | sts:AssumeRole | no | no | not by this action
    4.2 | AWS arn:aws:iam::210987654399:root | sts:AssumeRole | no | no | another account's principals
    4.2 | AWS * | sts:AssumeRole | no | no | open to every account, but not to tokens
    4.3 | Service pods.eks.amazonaws.com | sts:AssumeRole,sts:TagSession | no | yes | both actions that EKS Pod Identity needs
    4.3 | Service pods.eks.amazonaws.com | sts:AssumeRole | no | no | the session cannot be tagged
    4.3 | Service pods.eks.amazonaws.com | sts:* | no | yes | a wildcard takes both in
    4.3 | Service ec2.amazonaws.com | sts:AssumeRole | no | no | another service
    """))
  func principals(_ row: TruthRow) {
    let words = row[1].split(separator: " ").map(String.init)
    var statement = PolicyStatement()
    statement.principals = [PolicyPrincipal(type: words[0], identifiers: [PolicyText(words[1])])]
    statement.actions = TruthText.list(row[2]).map { PolicyText($0) }
    let trust = TrustStatement(statement)
    #expect(trust.isWebIdentity == (row[3] == "yes"), "\(row[5])")
    #expect((trust.isPodIdentity && trust.hasTagSession) == (row[4] == "yes"), "\(row[5])")
  }
}
