import Testing
import Values

@testable import IAM

/// Sections are those of the AWS facts that the rows check: 4.4 patterns of ARNs, 4.5 actions, 4.6 conditions, Deny and Not…
private let table = #"""
# 4.4 the name part of a Resource, held against full ARNs
4.4 | Allow Get * | production/web/db | allow | Resource * is everything
4.4 | Allow Get arn:aws:secretsmanager:* | production/web/db | allow | missing parts of an ARN are filled up with *
4.4 | Allow Get arn:aws:secretsmanager:*:*:* | production/web/db | allow | the resource part is a wildcard
4.4 | Allow Get arn:aws:secretsmanager:*:*:secret:* | production/web/db | allow | every secret
4.4 | Allow Get arn:*:secretsmanager:*:*:secret:* | production/web/db | allow | any partition
4.4 | Allow Get */* | production/web/db | allow | every name with a slash
4.4 | Allow Get */* | database | none | no slash in the name
4.4 | Allow Get ?* | database | allow | one character and more
4.4 | Allow Get *-?????? | production/web/db | allow | every ARN ends in a suffix of six
4.4 | Allow Get *production* | staging/production-copy | allow | a wildcard in front makes it unbounded
4.4 | Allow Get */myapp/* | staging/myapp/db | allow | any environment's myapp
4.4 | Allow Get */myapp/* | staging/other/db | none | another application
4.4 | Allow Get prod* | production/web/db | allow | a cut segment takes in what begins so
4.4 | Allow Get prod* | product-x/web/db | allow | and another product
4.4 | Allow Get prod* | staging/web/db | none | begins otherwise
4.4 | Allow Get production* | production-eu/web | allow | and another region's environment
4.4 | Allow Get production-* | production-eu/web | allow | the hyphen is a character like others
4.4 | Allow Get production-* | production/web | none | no hyphen behind it
4.4 | Allow Get production/* | production/web/db | allow | the whole environment
4.4 | Allow Get production/* | production/x | allow | any depth
4.4 | Allow Get production/* | production-eu/x | none | the slash bounds it
4.4 | Allow Get production/* | staging/web/db | none | another environment
4.4 | Allow Get production/* | production | none | no slash at all
4.4 | Allow Get production/*/* | production/web/db | allow | two slashes
4.4 | Allow Get production/*/* | production/db | none | only one slash
4.4 | Allow Get production/myapp/* | production/myapp/db | allow | the application's own
4.4 | Allow Get production/myapp/* | production/other/db | none | its neighbour's
4.4 | Allow Get production/myapp/database-?????? | production/myapp/database | allow | one secret with its suffix
4.4 | Allow Get production/myapp/database-?????? | production/myapp/database-eu | none | the longer name has a longer ARN
4.4 | Allow Get production/myapp/database-?????? | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/myapp/database-AbCdEf | allow | the full ARN
4.4 | Allow Get production/myapp/database-AbCdEf | production/myapp/database | allow | an ARN with its suffix is taken for this secret's
4.4 | Allow Get production/myapp/database-AbCdEf | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/myapp/database-XyZ123 | none | the suffix of a secret that was deleted and made again
4.4 | Allow Get production/myapp/database-* | production/myapp/database | allow | the suffix is behind the hyphen
4.4 | Allow Get production/myapp/database-* | production/myapp/database-admin | allow | and so are longer names
4.4 | Allow Get production/myapp/database* | production/myapp/database2 | allow | names that go on
4.4 | Allow Get production/myapp/database | production/myapp/database | none | no ARN ends without the suffix
4.4 | Allow Get production/myapp/database-????? | production/myapp/database | none | five is one too few
4.4 | Allow Get production/myapp/database-??????? | production/myapp/database | none | seven is one too many
4.4 | Allow Get production/myapp/database?????? | production/myapp/database | none | the hyphen is the seventh
4.4 | Allow Get production/myapp/database??????? | production/myapp/database | allow | the hyphen is a character like others
4.4 | Allow Get /production/* | production/web/db | none | a leading slash is part of the name
4.4 | Allow Get production/* | /production/web/db | none | and of the secret's
4.4 | Allow Get /production/* | /production/web/db | allow | both have it
4.4 | Allow Get {production,staging}/* | production/web/db | none | braces are plain characters
4.4 | Allow Get [ps]*/web/* | production/web/db | none | brackets too
4.4 | Allow Get production/** | production/web/db | allow | two stars are as one
4.4 | Allow Get Production/* | production/web/db | none | resources are compared with their case
4.4 | Allow Get production//* | production/web/db | none | a doubled slash is two characters
4.4 | Allow Get production/???/db-?????? | production/web/db | allow | ? stands for one character each
4.4 | Allow Get production/???/db-?????? | production/shop/db | none | four characters
4.4 | Allow Get production/?*/db-?????? | production/a/b/db | allow | * takes slashes in
4.4 | Allow Get arn:aws:secretsmanager:*:*:production/* | production/web/db | none | `secret:` is missing
4.4 | Allow Get arn:aws:secretsmanager:*:*:secret* | production/web/db | allow | the wildcard stands in front of the colon
4.4 | Allow Get arn:aws:secretsmanager:*:*:secret?production/* | production/web/db | allow | ? matches the colon
4.4 | Allow Get arn:aws:s3:::* | production/web/db | none | another service
4.4 | Allow Get arn:aws:ssm:*:*:parameter/* | production/web/db | none | parameters are no secrets
4.4 | Allow Get arn:aws:secretsmanager:us-east-1:*:secret:production/* | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/x-AbCdEf | none | another region
4.4 | Allow Get arn:aws:secretsmanager:*:222222222299:secret:production/* | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/x-AbCdEf | none | another account
4.4 | Allow Get arn:aws-cn:secretsmanager:*:*:secret:production/* | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/x-AbCdEf | none | another partition
4.4 | Allow Get arn:aws:secretsmanager:eu-*:*:secret:production/* | arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/x-AbCdEf | allow | a wildcard in the region
4.4 | Allow Get ~production/* | production/web/db | none | no ARN: IAM refuses it
4.4 | Allow Get staging/*,production/* | production/web/db | allow | resources of a statement are alternatives
4.4 | Allow Get <?> | production/web/db | ? | nothing of the resource is known
4.4 | Allow Get <?>/* | production/web/db | ? | the first segment is not known
4.4 | Allow Get production/<?>/* | production/web/db | ? | the application is not known
4.4 | Allow Get production/<?>/* | staging/web/db | none | whatever it is, the environment is another
4.4 | Allow Get <?>/other-?????? | production/web/db | none | whatever it is, the name ends otherwise
4.4 | Allow ssm:GetParameters arn:aws:ssm:*:*:parameter/production/* | ssm:GetParameters@/production/web/db | allow | the slash of a parameter's name is not doubled
4.4 | Allow ssm:GetParameters arn:aws:ssm:*:*:parameter//production/* | ssm:GetParameters@/production/web/db | none | a doubled slash never matches
4.4 | Allow ssm:GetParameters arn:aws:ssm:*:*:parameter/production/* | ssm:GetParameters@production/web/db | allow | names without the slash have it in the ARN
4.4 | Allow ssm:GetParameter arn:aws:ssm:*:*:parameter/* | ssm:GetParameters@/production/web/db | none | the singular is another action
4.4 | Allow ssm:GetParameter* arn:aws:ssm:*:*:parameter/* | ssm:GetParameters@/production/web/db | allow | the wildcard takes the plural in
4.4 | Allow ssm:GetParameters production/* | ssm:GetParameters@/production/web/db | none | a secret's ARN is none of a parameter
# 4.5 actions
4.5 | Allow * production/* | production/web/db | allow | every action
4.5 | Allow secretsmanager:* production/* | production/web/db | allow | every action of the service
4.5 | Allow secretsmanager:Get* production/* | production/web/db | allow | a wildcard behind
4.5 | Allow secretsmanager:*Value production/* | production/web/db | allow | a wildcard in front
4.5 | Allow secretsmanager:*Secret* production/* | production/web/db | allow | wildcards on both sides
4.5 | Allow secretsmanager:GetSecretValu? production/* | production/web/db | allow | one character
4.5 | Allow SecretsManager:getsecretvalue production/* | production/web/db | allow | actions are compared whatever their case
4.5 | Allow SECRETSMANAGER:GETSECRETVALUE production/* | production/web/db | allow | in capitals, too
4.5 | Allow *:GetSecretValue production/* | production/web/db | allow | a wildcard for the service
4.5 | Allow Describe production/* | production/web/db | none | metadata only
4.5 | Allow GetResourcePolicy production/* | production/web/db | none | another action that begins with Get
4.5 | Allow ListSecrets * | production/web/db | none | listing reveals no value
4.5 | Allow BatchGetSecretValue * | production/web/db | none | it needs GetSecretValue on each secret beside
4.5 | Allow GetRandomPassword * | production/web/db | none | no secret at all
4.5 | Allow ListSecretVersionIds production/* | production/web/db | none | ids of versions only
4.5 | Allow List*,Describe* production/* | production/web/db | none | neither pattern takes it in
4.5 | Allow List*,Get* production/* | production/web/db | allow | actions of a statement are alternatives
4.5 | Allow s3:*,ssm:* production/* | production/web/db | none | other services
4.5 | Allow GetSecretValue? production/* | production/web/db | none | one character too many
4.5 | Allow Get production/* | Put@production/web/db | none | reading is not writing
4.5 | Allow secretsmanager:* production/* | Put@production/web/db | allow | the service's wildcard writes too
4.5 | Allow Put production/* | Put@production/web/db | allow | a role that pushes secrets
4.5 | Allow UpdateSecret,DeleteSecret,RotateSecret production/* | production/web/db | none | writing is not reading
4.5 | Allow <?> production/* | production/web/db | ? | the actions are not known
4.5 | Allow <?> staging/* | production/web/db | none | whatever they are, the resource is another
4.5 | Allow Describe production/* | Describe@production/web/db | allow | what rotation of drivers before 1.6 calls
4.5 | Allow Get production/* | Describe@production/web/db | none | rotation of drivers before 1.6 fails
4.5 | Allow secretsmanager:GetSecretValue* production/* | production/web/db | allow | a star may stand for nothing
# 4.6 conditions
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=web} | allow | the tag agrees
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=api} | none | the tag is another
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=-} | none | no such tag
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = web | production/web/db | ? | the tags are not known
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = web, api | production/web/db {aws:ResourceTag/app=api} | allow | values of a key are alternatives
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = w* | production/web/db {aws:ResourceTag/app=web} | none | StringEquals knows no wildcards
4.6 | Allow Get * if StringLike aws:ResourceTag/app = w* | production/web/db {aws:ResourceTag/app=web} | allow | StringLike does
4.6 | Allow Get * if StringLike aws:ResourceTag/app = * | production/web/db {aws:ResourceTag/app=anything} | allow | any value: the condition is void
4.6 | Allow Get * if StringLike aws:ResourceTag/app = * | production/web/db {aws:ResourceTag/app=-} | none | but the tag must be there
4.6 | Allow Get * if StringEqualsIfExists aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=-} | allow | IfExists holds for an absent key
4.6 | Allow Get * if StringEqualsIfExists aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=api} | none | but not for another value
4.6 | Allow Get * if StringEqualsIfExists aws:ResourceTag/app = web | production/web/db | ? | whether it is there is not known
4.6 | Allow Get * if StringLikeIfExists aws:ResourceTag/app = * | production/web/db | allow | it holds whatever the tag
4.6 | Allow Get * if ForAllValues:StringLike aws:ResourceTag/app = * | production/web/db | allow | it holds whatever the tag
4.6 | Allow Get * if StringNotEquals aws:ResourceTag/app = admin | production/web/db {aws:ResourceTag/app=web} | allow | a deny-list lets the rest pass
4.6 | Allow Get * if StringNotEquals aws:ResourceTag/app = admin | production/web/db {aws:ResourceTag/app=-} | allow | and what has no tag
4.6 | Allow Get * if StringNotEquals aws:ResourceTag/app = admin | production/web/db {aws:ResourceTag/app=admin} | none | but not what it names
4.6 | Allow Get * if StringNotEquals aws:ResourceTag/app = admin, root | production/web/db {aws:ResourceTag/app=root} | none | a negated operator holds for none of its values
4.6 | Allow Get * if StringNotLike aws:ResourceTag/app = adm* | production/web/db {aws:ResourceTag/app=admin} | none | a wildcard in a deny-list
4.6 | Allow Get * if StringNotLike aws:ResourceTag/app = adm* | production/web/db {aws:ResourceTag/app=web} | allow | another value
4.6 | Allow Get * if StringNotEqualsIfExists aws:ResourceTag/app = admin | production/web/db {aws:ResourceTag/app=-} | allow | absent
4.6 | Allow Get * if StringEqualsIgnoreCase aws:ResourceTag/app = WEB | production/web/db {aws:ResourceTag/app=web} | allow | whatever the case
4.6 | Allow Get * if StringNotEqualsIgnoreCase aws:ResourceTag/app = WEB | production/web/db {aws:ResourceTag/app=web} | none | negated
4.6 | Allow Get * if StringEquals aws:ResourceTag/app = WEB | production/web/db {aws:ResourceTag/app=web} | none | StringEquals minds the case
4.6 | Allow Get * if StringEquals AWS:resourcetag/App = web | production/web/db {aws:ResourceTag/app=web} | allow | names of keys do not mind it
4.6 | Allow Get * if ForAllValues:StringEquals aws:TagKeys = a | production/web/db {aws:TagKeys=-} | allow | ForAllValues holds for an absent key
4.6 | Allow Get * if ForAllValues:StringEquals aws:TagKeys = a | production/web/db {aws:TagKeys=a, b} | none | one value is another
4.6 | Allow Get * if ForAllValues:StringEquals aws:TagKeys = a, b | production/web/db {aws:TagKeys=a, b} | allow | each value is among them
4.6 | Allow Get * if ForAnyValue:StringEquals aws:TagKeys = a | production/web/db {aws:TagKeys=a, b} | allow | one value suffices
4.6 | Allow Get * if ForAnyValue:StringEquals aws:TagKeys = a | production/web/db {aws:TagKeys=-} | none | there is none
4.6 | Allow Get * if ForAnyValue:StringNotEquals aws:TagKeys = a | production/web/db {aws:TagKeys=a, b} | allow | one value is not a
4.6 | Allow Get * if ForAllValues:StringNotEquals aws:TagKeys = a | production/web/db {aws:TagKeys=a, b} | none | a is among the values
4.6 | Allow Get * if Null aws:ResourceTag/app = false | production/web/db {aws:ResourceTag/app=web} | allow | the key is there
4.6 | Allow Get * if Null aws:ResourceTag/app = false | production/web/db {aws:ResourceTag/app=-} | none | the key is absent
4.6 | Allow Get * if Null aws:ResourceTag/app = true | production/web/db {aws:ResourceTag/app=-} | allow | the key must be absent
4.6 | Allow Get * if Null aws:ResourceTag/app = true | production/web/db | ? | whether it is there is not known
4.6 | Allow Get * if Bool aws:SecureTransport = true | production/web/db {aws:SecureTransport=true} | allow | TLS narrows no secret
4.6 | Allow Get * if Bool aws:MultiFactorAuthPresent = true | production/web/db {aws:MultiFactorAuthPresent=-} | none | a pod has no second factor
4.6 | Allow Get * if BoolIfExists aws:MultiFactorAuthPresent = true | production/web/db {aws:MultiFactorAuthPresent=-} | allow | IfExists forgives it
4.6 | Allow Get * if IpAddress aws:SourceIp = 10.0.0.0/8 | production/web/db {aws:SourceIp=10.20.30.40} | allow | in the block
4.6 | Allow Get * if IpAddress aws:SourceIp = 10.0.0.0/8 | production/web/db {aws:SourceIp=192.168.1.1} | none | outside
4.6 | Allow Get * if NotIpAddress aws:SourceIp = 10.0.0.0/8 | production/web/db {aws:SourceIp=192.168.1.1} | allow | negated
4.6 | Allow Get * if IpAddress aws:SourceIp = 192.168.1.1 | production/web/db {aws:SourceIp=192.168.1.1} | allow | one address
4.6 | Allow Get * if IpAddress aws:SourceIp = 0.0.0.0/0 | production/web/db {aws:SourceIp=8.8.8.8} | allow | the whole of IPv4
4.6 | Allow Get * if IpAddress aws:SourceIp = 2001:db8::/32 | production/web/db {aws:SourceIp=2001:db8::1} | ? | IPv6 is not judged
4.6 | Allow Get * if NumericLessThan aws:x = 10 | production/web/db {aws:x=9} | allow | less
4.6 | Allow Get * if NumericLessThan aws:x = 10 | production/web/db {aws:x=10} | none | equal is not less
4.6 | Allow Get * if NumericLessThanEquals aws:x = 10 | production/web/db {aws:x=10} | allow | equal
4.6 | Allow Get * if NumericGreaterThan aws:x = 10 | production/web/db {aws:x=11} | allow | greater
4.6 | Allow Get * if NumericGreaterThanEquals aws:x = 10 | production/web/db {aws:x=9} | none | less
4.6 | Allow Get * if NumericEquals aws:x = 10 | production/web/db {aws:x=10.0} | allow | numbers, not texts
4.6 | Allow Get * if NumericNotEquals aws:x = 10 | production/web/db {aws:x=10.0} | none | negated
4.6 | Allow Get * if NumericEquals aws:x = ten | production/web/db {aws:x=10} | ? | no number
4.6 | Allow Get * if DateLessThan aws:CurrentTime = 2026-06-30T00:00:00Z | production/web/db {aws:CurrentTime=2026-01-31T12:00:00Z} | allow | before
4.6 | Allow Get * if DateGreaterThan aws:CurrentTime = 2026-06-30 | production/web/db {aws:CurrentTime=2026-01-31T12:00:00Z} | none | not after
4.6 | Allow Get * if DateLessThan aws:CurrentTime = 2026-06-30 | production/web/db | ? | when it will be asked is not known
4.6 | Allow Get * if DateEquals aws:CurrentTime = 1767225600 | production/web/db {aws:CurrentTime=2026-01-01T00:00:00Z} | allow | seconds since 1970
4.6 | Allow Get * if BinaryEquals aws:k = QQ== | production/web/db {aws:k=QQ==} | allow | equal bytes
4.6 | Allow Get * if ArnLike aws:PrincipalArn = arn:aws:iam::*:role/web-* | production/web/db {aws:PrincipalArn=arn:aws:iam::210987654399:role/web-production} | allow | part by part
4.6 | Allow Get * if ArnEquals aws:PrincipalArn = arn:aws:iam::*:role/web-* | production/web/db {aws:PrincipalArn=arn:aws:iam::210987654399:role/web-production} | allow | ArnEquals knows wildcards like ArnLike
4.6 | Allow Get * if ArnLike aws:PrincipalArn = arn:aws:*:role/web-* | production/web/db {aws:PrincipalArn=arn:aws:iam::210987654399:role/web-production} | none | a wildcard does not span the parts
4.6 | Allow Get * if ArnNotLike aws:PrincipalArn = arn:aws:iam::*:role/admin | production/web/db {aws:PrincipalArn=arn:aws:iam::210987654399:role/web} | allow | negated
4.6 | Allow Get * if StringEquals secretsmanager:VersionStage = AWSCURRENT | production/web/db {secretsmanager:VersionStage=AWSCURRENT} | allow | a stage narrows no secret
4.6 | Allow Get * if StringEquals aws:SourceVpce = vpce-1 | production/web/db | ? | where the request comes from is not known
4.6 | Allow Get * if StringEquals aws:PrincipalOrgID = o-1 | production/web/db | ? | the organisation is not known
4.6 | Allow Get * if StringEquals aws:RequestedRegion = eu-west-1 | production/web/db {aws:RequestedRegion=us-east-1} | none | another region
4.6 | Allow Get * if ArnLike secretsmanager:SecretId = arn:aws:secretsmanager:*:*:secret:production/* | production/web/db {secretsmanager:SecretId=arn:aws:secretsmanager:eu-west-1:210987654399:secret:production/web/db-AbCdEf} | allow | narrowed by the secret's id
4.6 | Allow Get * if StringEquals aws:a = 1 and StringEquals aws:b = 2 | production/web/db {aws:a=1; aws:b=2} | allow | conditions of a statement must all hold
4.6 | Allow Get * if StringEquals aws:a = 1 and StringEquals aws:b = 2 | production/web/db {aws:a=1; aws:b=3} | none | one does not
4.6 | Allow Get * if StringEquals aws:a = 1 and StringEquals aws:b = 2 | production/web/db {aws:a=3} | none | one that does not hold suffices, whatever the other
4.6 | Allow Get * if StringEquals aws:a = <?> | production/web/db {aws:a=1} | ? | the value is not known
4.6 | Allow Get * if StringEquals aws:a = 1, <?> | production/web/db {aws:a=1} | allow | a known value agrees
4.6 | Allow Get * if SomethingNew aws:a = 1 | production/web/db {aws:a=1} | ? | an operator that is not known
4.6 | Allow Get staging/* if StringEquals aws:a = 1 | production/web/db | none | whatever the condition, the resource is another
# Deny, NotAction, NotResource
deny | Allow Get production/* ; Deny Get production/web/* | production/web/db | deny | an explicit Deny wins
deny | Deny Get production/web/* ; Allow Get production/* | production/web/db | deny | whatever the order
deny | Allow Get production/* ; Deny Get production/api/* | production/web/db | allow | it is about other secrets
deny | Allow Get production/* ; Deny Put production/* | production/web/db | allow | it is about another action
deny | Allow Get * ; Deny * !production/* | staging/web/db | deny | a Deny with NotResource bounds the Allow
deny | Allow Get * ; Deny * !production/* | production/web/db | allow | inside of the bound
deny | Allow Get * ; Deny !Get,!Describe * | production/web/db | allow | a Deny with NotAction leaves reading
deny | Allow secretsmanager:* * ; Deny !Get,!Describe * | Put@production/web/db | deny | and forbids the rest
deny | Allow Get * ; Deny Get * if StringNotEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=api} | deny | the tag is another
deny | Allow Get * ; Deny Get * if StringNotEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=web} | allow | the tag agrees
deny | Allow Get * ; Deny Get * if StringNotEquals aws:ResourceTag/app = web | production/web/db {aws:ResourceTag/app=-} | deny | a negated operator holds for an absent key
deny | Allow Get * ; Deny Get * if StringNotEquals aws:ResourceTag/app = web | production/web/db | ? | the tag is not known
deny | Allow Get * ; Deny Get * if StringNotEqualsIfExists aws:SourceVpce = vpce-1 | production/web/db {aws:SourceVpce=-} | deny | IfExists holds for an absent key in a Deny, too
deny | Allow Get * ; Deny Get <?> | production/web/db | ? | what the Deny is about is not known
deny | Allow Get * ; Deny Get <?>/api/* | production/web/db | allow | whatever it is, another application
deny | Allow Get * ; Deny <?> * | production/web/db | ? | the Deny's actions are not known
deny | <?> Get production/* | production/web/db | ? | whether it allows is not known
deny | <?> Get staging/* | production/web/db | none | whatever it is, another environment
deny | Allow Get production/* ; <?> Get production/* | production/web/db | ? | it may be a Deny
deny | Deny Get production/* | production/web/db | deny | nothing but a Deny
deny | Deny Get staging/* | production/web/db | none | it is about others, and nothing allows
not | Allow !s3:* * | production/web/db | allow | Allow with NotAction grants everything else
not | Allow !secretsmanager:* * | production/web/db | none | the service is left out
not | Allow !secretsmanager:Get* * | production/web/db | none | reading is left out
not | Allow !Get * | Put@production/web/db | allow | writing is not
not | Allow Get !production/admin/* | staging/web/db | allow | Allow with NotResource grants all other secrets
not | Allow Get !production/admin/* | production/admin/db | none | but not these
not | Allow Get !<?> | production/web/db | ? | what is left out is not known
not | Allow Get !production/*,!staging/* | development/web/db | allow | what none of them names
not | Allow Get !production/*,!staging/* | staging/web/db | none | each of them is left out
not | Allow !iam:*,!sts:* production/* | production/web/db | allow | reading is neither
# policy variables
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/* | production/web/db {aws:PrincipalTag/kubernetes-namespace=production} | allow | the session's tag is the environment
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/* | production/web/db {aws:PrincipalTag/kubernetes-namespace=staging} | none | a pod of another namespace
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/* | production/web/db {aws:PrincipalTag/kubernetes-namespace=-} | none | web identity sets no tags: the statement does not apply
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/* | production/web/db | ? | the tag is not known
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/${aws:PrincipalTag/kubernetes-service-account}/* | production/web/db {aws:PrincipalTag/kubernetes-namespace=production; aws:PrincipalTag/kubernetes-service-account=web} | allow | two variables
4.3 | Allow Get ${aws:PrincipalTag/kubernetes-namespace}/${aws:PrincipalTag/kubernetes-service-account}/* | production/web/db {aws:PrincipalTag/kubernetes-namespace=production; aws:PrincipalTag/kubernetes-service-account=api} | none | the neighbour
4.3 | Allow Get production/${aws:PrincipalTag/team}/* | staging/web/db | none | whatever the team, another environment
4.3 | Allow Get ${aws:PrincipalTag/team,'shared'}/* | shared/db {aws:PrincipalTag/team=-} | allow | the variable's default
4.3 | Allow Get ${aws:PrincipalTag/team,'shared'}/* | shared/db {aws:PrincipalTag/team=web} | none | the tag is there
4.3 | Allow Get ${*}/* | production/web/db | none | an escaped star is a plain character
4.3 | Allow Get * if StringEquals aws:ResourceTag/ns = ${aws:PrincipalTag/ns} | production/web/db {aws:ResourceTag/ns=a; aws:PrincipalTag/ns=a} | allow | a variable in a condition
4.3 | Allow Get * if StringEquals aws:ResourceTag/ns = ${aws:PrincipalTag/ns} | production/web/db {aws:ResourceTag/ns=a; aws:PrincipalTag/ns=b} | none | another value
4.3 | Allow Get * if StringEquals aws:ResourceTag/ns = ${aws:PrincipalTag/ns} | production/web/db {aws:ResourceTag/ns=a; aws:PrincipalTag/ns=-} | none | no value to compare with
4.3 | Allow Get * if StringLike aws:ResourceTag/ns = ${aws:PrincipalTag/ns}-* | production/web/db {aws:ResourceTag/ns=a-1; aws:PrincipalTag/ns=a} | allow | a variable with a wildcard behind
4.3 | Allow Get * ; Deny Get !${aws:PrincipalTag/ns}/* | production/web/db {aws:PrincipalTag/ns=production} | allow | a variable in NotResource
4.3 | Allow Get * ; Deny Get !${aws:PrincipalTag/ns}/* | production/web/db {aws:PrincipalTag/ns=staging} | deny | another namespace
# several statements
all | Allow Get staging/* ; Allow Get production/* | production/web/db | allow | one Allow suffices
all | Allow Get staging/* ; Allow Describe production/* | production/web/db | none | neither covers both action and resource
all | Allow Get <?> ; Allow Get production/* | production/web/db | allow | an Allow that is known speaks
all | Allow Get production/* if StringEquals aws:a = 1 ; Allow Get production/web/* | production/web/db | allow | the other one has no condition
"""#

struct PermissionTruthTests {
  static let rows = TruthRow.rows(table)

  @Test(arguments: rows)
  func requests(_ row: TruthRow) {
    let statements = row[1].split(separator: " ; ").map { TruthText.statement(TruthRow.trimmed($0)) }
    let (action, secret, context) = TruthText.request(row[2])
    let decision = EffectivePermission.decide(action: action, on: secret, statements: statements, isComplete: true, context: context)
    let answer =
      switch decision.reason {
      case .allow: "allow"
      case .explicitDeny: "deny"
      case .implicitDeny: "none"
      default: "?"
      }
    #expect(answer == row[3], "line \(row.line): \(row[4])")
    #expect(decision.isAllowed == ["allow": true, "deny": false, "none": false][row[3]])
    #expect(row.columns.count == 5 && !row[4].isEmpty)
  }

  /// A policy that is not known may allow what none of the known ones does; it takes back nothing that one allows.
  @Test func unknownPoliciesLeaveOnlyTheRestOpen() {
    func ask(_ text: String, _ name: String) -> PermissionDecision {
      EffectivePermission.decide(action: ActionCatalog.readValue, on: SecretTarget(name: name), statements: [TruthText.statement(text)], isComplete: false)
    }
    #expect(ask("Allow Get production/*", "production/web/db").isAllowed == true)
    #expect(ask("Allow Get production/*", "staging/web/db") == PermissionDecision(isAllowed: nil, statement: nil, reason: .unknownPolicy))
    #expect(ask("Deny Get production/*", "production/web/db").isAllowed == false)
  }

  /// Without the version of 2012 a variable is text, and no name of a secret holds it.
  @Test(arguments: [("2012-10-17", true), ("2008-10-17", false), ("", false)])
  func variablesNeedTheVersion(version: String, works: Bool) throws {
    let head = version.isEmpty ? "" : #""Version":"\#(version)","#
    let json = #"{\#(head)"Statement":{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"\#(TruthText.secrets)${aws:PrincipalTag/ns}/*"}}"#
    let statement = try #require(PolicyReader(origins: OriginTable()).read(.string(json)).statements.first)
    var context = RequestContext()
    context.set("aws:PrincipalTag/ns", "production")
    #expect(statement.applies(action: ActionCatalog.readValue, on: SecretTarget(name: "production/web"), context: context) == works)
    #expect(SecretPatternClass.of(statement.resources[0]) == (works ? .policyVariable : .never(.badSyntax)))
  }

  @Test func podsSessionsHaveTags() {
    let statement = TruthText.statement("Allow Get ${aws:PrincipalTag/kubernetes-namespace}/*")
    let secret = SecretTarget(name: "production/web/db")
    func ask(_ context: RequestContext) -> Bool? { statement.applies(action: ActionCatalog.readValue, on: secret, context: context) }
    #expect(ask(.podIdentity(namespace: "production", serviceAccount: "web")) == true)
    #expect(ask(.podIdentity(namespace: "staging", serviceAccount: "web")) == false)
    #expect(ask(.webIdentity()) == nil)
    #expect(ask(.webIdentity(roleTags: [:])) == false)
    #expect(ask(.webIdentity(roleTags: ["kubernetes-namespace": "production"])) == true)
  }
}
