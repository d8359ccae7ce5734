/// Terraform roots → evaluated resources, data sources, module instances and outputs, with origins.
enum TerraformRoom {}
