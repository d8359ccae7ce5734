/// Kustomizations → the objects that `kustomize build` prints, with origins.
enum KustomizeRoom {}
