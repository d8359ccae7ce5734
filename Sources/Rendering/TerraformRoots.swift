import ArgoCD
import Discovery
import FileTree
import SourceText
import Terraform
import Values

/// Evaluates the Terraform roots of a repository: directories that no other one calls as a module, once for each file of
/// variables that stands for an environment.
struct TerraformRoots {
  let workspace: Workspace
  let scan: RepositoryScan
  let options: RenderOptions

  func evaluate(workers: Int) -> [TerraformResult] { [] }
}
