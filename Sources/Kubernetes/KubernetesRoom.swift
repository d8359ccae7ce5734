/// Vocabulary of Kubernetes objects: identities, workloads, pod specs, selectors; names of environments.
enum KubernetesRoom {}
