output "role_arn" {
  description = "For the annotation eks.amazonaws.com/role-arn of the ServiceAccount."
  value       = aws_iam_role.this.arn
}
