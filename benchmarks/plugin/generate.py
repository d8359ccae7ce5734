"""Writes a repository of COUNT applications (a chart each) and one Terraform root with a role, a policy and two secrets for each of them.
Usage: generate.py DIRECTORY [COUNT]"""
import os
import sys

CHART = """apiVersion: v2
name: {name}
version: 1.0.0
"""
VALUES = """image: registry.example/{name}:1.0.0
replicas: 2
serviceAccount:
  name: {name}
  roleArn: arn:aws:iam::482910573816:role/prod-{name}
secrets:
  - prod/{name}/database
  - prod/{name}/token
"""
ACCOUNT = """apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Values.serviceAccount.name }}
  annotations:
    eks.amazonaws.com/role-arn: {{ .Values.serviceAccount.roleArn }}
"""
CLASS = """apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  name: {{ .Chart.Name }}
spec:
  provider: aws
  secretObjects:
    - secretName: {{ .Chart.Name }}
      type: Opaque
      data:
        {{- range $i, $name := .Values.secrets }}
        - objectName: {{ base $name }}
          key: {{ base $name }}
        {{- end }}
  parameters:
    region: eu-west-1
    objects: |
      {{- range .Values.secrets }}
      - objectName: {{ . }}
        objectType: secretsmanager
        objectAlias: {{ base . }}
      {{- end }}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Chart.Name }}
  annotations:
    reloader.stakater.com/auto: "true"
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Chart.Name }}}
  template:
    metadata:
      labels: {app: {{ .Chart.Name }}}
    spec:
      serviceAccountName: {{ .Values.serviceAccount.name }}
      containers:
        - name: main
          image: {{ .Values.image }}
          envFrom:
            - secretRef: {name: {{ .Chart.Name }}}
          volumeMounts:
            - {name: secrets, mountPath: /secrets, readOnly: true}
      volumes:
        - name: secrets
          csi:
            driver: secrets-store.csi.k8s.io
            readOnly: true
            volumeAttributes: {secretProviderClass: {{ .Chart.Name }}}
"""
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  project: default
  source: {{repoURL: "https://git.example/platform.git", path: apps/{name}, targetRevision: main}}
  destination: {{server: "https://kubernetes.default.svc", namespace: {name}}}
"""
SHARED = """variable "environment" {
  type    = string
  default = "prod"
}

variable "oidc_provider" {
  type    = string
  default = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
}

locals {
  account = "482910573816"
  region  = "eu-west-1"
}
"""
ROLE = """data "aws_iam_policy_document" "{id}_trust" {{
  statement {{
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {{
      type        = "Federated"
      identifiers = ["arn:aws:iam::${{local.account}}:oidc-provider/${{var.oidc_provider}}"]
    }}
    condition {{
      test     = "StringEquals"
      variable = "${{var.oidc_provider}}:sub"
      values   = ["system:serviceaccount:{name}:{name}"]
    }}
    condition {{
      test     = "StringEquals"
      variable = "${{var.oidc_provider}}:aud"
      values   = ["sts.amazonaws.com"]
    }}
  }}
}}

resource "aws_iam_role" "{id}" {{
  name               = "${{var.environment}}-{name}"
  assume_role_policy = data.aws_iam_policy_document.{id}_trust.json
}}

data "aws_iam_policy_document" "{id}" {{
  statement {{
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = ["arn:aws:secretsmanager:${{local.region}}:${{local.account}}:secret:${{var.environment}}/{name}/*"]
  }}
}}

resource "aws_iam_role_policy" "{id}" {{
  name   = "secrets"
  role   = aws_iam_role.{id}.id
  policy = data.aws_iam_policy_document.{id}.json
}}

resource "aws_secretsmanager_secret" "{id}" {{
  for_each = toset(["database", "token"])
  name     = "${{var.environment}}/{name}/${{each.key}}"
}}
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def main():
    root, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300
    write(os.path.join(root, "terraform/variables.tf"), SHARED)
    for number in range(1, count + 1):
        words = {"name": f"service-{number:03}", "id": f"service_{number:03}"}
        chart = os.path.join(root, "apps", words["name"])
        write(os.path.join(chart, "Chart.yaml"), CHART.format(**words))
        write(os.path.join(chart, "values.yaml"), VALUES.format(**words))
        for name, text in (("serviceaccount", ACCOUNT), ("secretproviderclass", CLASS), ("deployment", DEPLOYMENT)):
            write(os.path.join(chart, f"templates/{name}.yaml"), text)
        write(os.path.join(root, "applications", words["name"] + ".yaml"), APPLICATION.format(**words))
        write(os.path.join(root, "terraform", words["name"] + ".tf"), ROLE.format(**words))


main()
