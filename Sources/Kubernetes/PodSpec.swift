import Values

/// A pod's spec, seen through what it takes from Secrets, ConfigMaps and SecretProviderClasses.
package struct PodSpec: Sendable {
  package let root: Value

  package init(_ root: Value) { self.root = root }

  package var containers: [Container] { Self.containers(root["containers"], isInit: false) }
  package var initContainers: [Container] { Self.containers(root["initContainers"], isInit: true) }
  /// Ordinary containers first, then init containers (native sidecars are among them).
  package var allContainers: [Container] { containers + initContainers }
  package var volumes: [Volume] { (root["volumes"]?.list ?? []).map(Volume.init) }

  /// As written; nil where absent or empty (the pod then runs as `default`).
  package var serviceAccountName: Value? {
    for key in ["serviceAccountName", "serviceAccount"] {
      if let name = root[key], name.string != "", !name.isNull { return name }
    }
    return nil
  }

  private static func containers(_ list: Value?, isInit: Bool) -> [Container] {
    (list?.list ?? []).map { Container(root: $0, isInit: isInit) }
  }

  /// One container or init container.
  package struct Container: Sendable {
    package let root: Value
    package let isInit: Bool

    package var name: String { root["name"]?.string ?? "" }
    package var image: Value? { root["image"] }
    package var env: [Value] { root["env"]?.list ?? [] }
    package var envFrom: [Value] { root["envFrom"]?.list ?? [] }
    package var volumeMounts: [Value] { root["volumeMounts"]?.list ?? [] }
    /// `command` and `args` together.
    package var arguments: [Value] { (root["command"]?.list ?? []) + (root["args"]?.list ?? []) }

    /// The mounts of a volume.
    package func mounts(of volume: String) -> [Value] { volumeMounts.filter { $0["name"]?.string == volume } }
  }

  /// One volume.
  package struct Volume: Sendable {
    package let root: Value

    package var name: String { root["name"]?.string ?? "" }
    package var csi: Value? { root["csi"] }
    /// The SecretProviderClass that a CSI volume names, whatever its driver.
    package var secretProviderClass: Value? { csi?.at("volumeAttributes", "secretProviderClass") }
    /// Whether it is a volume of the Secrets Store CSI driver.
    package var isSecretsStore: Bool { csi?["driver"]?.string == "secrets-store.csi.k8s.io" }

    /// The Secrets or ConfigMaps that the volume is made of, plain and projected: the source's map and its name.
    package func sources(_ kind: ResourceKind) -> [(source: Value, name: Value)] {
      var result: [(source: Value, name: Value)] = []
      switch kind {
      case .secret:
        if let secret = root["secret"], let name = secret["secretName"] { result.append((secret, name)) }
      case .configMap:
        if let map = root["configMap"], let name = map["name"] { result.append((map, name)) }
      case .secretProviderClass:
        if let csi, let name = secretProviderClass { result.append((csi, name)) }
        return result
      }
      for source in root.at("projected", "sources")?.list ?? [] {
        if let part = source[kind == .secret ? "secret" : "configMap"], let name = part["name"] { result.append((part, name)) }
      }
      return result
    }
  }

  /// Containers that mount a volume, with the mount.
  package func mounts(of volume: String) -> [(container: Container, mount: Value)] {
    allContainers.flatMap { container in container.mounts(of: volume).map { (container, $0) } }
  }
}

/// The kinds of objects that Reloader tells apart.
package enum ResourceKind: String, Sendable, Hashable {
  case secret = "Secret"
  case configMap = "ConfigMap"
  case secretProviderClass = "SecretProviderClass"
}

/// One place of a pod spec that takes something from a Secret or ConfigMap.
package struct ResourceReference: Sendable {
  package enum Way: String, Sendable, Hashable {
    case env
    case envFrom
    case volume
    case projectedVolume
    case imagePullSecret
  }

  package var kind: ResourceKind
  package var way: Way
  /// The name as written; may be unknown.
  package var name: Value
  /// The one key it asks for; nil where it takes all.
  package var key: Value?
  /// The keys that `items` of a volume ask for.
  package var items: [Value]
  package var optional: Value?
  /// Name of the container; "" for volumes that none mounts and for pull secrets.
  package var container: String
  /// Name of the environment variable or of the volume; "" for `envFrom`.
  package var target: String
  /// False for a volume that no container or init container mounts.
  package var isMounted: Bool
}

extension PodSpec {
  /// Every use of Secrets and ConfigMaps, in the order of the spec.
  package var references: [ResourceReference] {
    var result: [ResourceReference] = []
    for container in allContainers {
      for variable in container.env {
        for (kind, field) in [(ResourceKind.secret, "secretKeyRef"), (.configMap, "configMapKeyRef")] {
          guard let source = variable.at("valueFrom", field), let name = source["name"] else { continue }
          result.append(
            ResourceReference(
              kind: kind, way: .env, name: name, key: source["key"], items: [], optional: source["optional"],
              container: container.name, target: variable["name"]?.string ?? "", isMounted: true))
        }
      }
      for entry in container.envFrom {
        for (kind, field) in [(ResourceKind.secret, "secretRef"), (.configMap, "configMapRef")] {
          guard let source = entry[field], let name = source["name"] else { continue }
          result.append(
            ResourceReference(
              kind: kind, way: .envFrom, name: name, key: nil, items: [], optional: source["optional"],
              container: container.name, target: "", isMounted: true))
        }
      }
    }
    for volume in volumes {
      let mount = mounts(of: volume.name).first
      for kind in [ResourceKind.secret, .configMap] {
        for (source, name) in volume.sources(kind) {
          let isPlain = volume.root[kind == .secret ? "secret" : "configMap"] != nil
          result.append(
            ResourceReference(
              kind: kind, way: isPlain ? .volume : .projectedVolume, name: name, key: nil,
              items: (source["items"]?.list ?? []).compactMap { $0["key"] }, optional: source["optional"],
              container: mount?.container.name ?? "", target: volume.name, isMounted: mount != nil))
        }
      }
    }
    for secret in root["imagePullSecrets"]?.list ?? [] {
      guard let name = secret["name"] else { continue }
      result.append(
        ResourceReference(
          kind: .secret, way: .imagePullSecret, name: name, key: nil, items: [], optional: nil, container: "", target: "",
          isMounted: false))
    }
    return result
  }

  /// Whether Reloader sees this pod spec as a user of a resource (stakater/Reloader internal/pkg/handler/upgrade.go,
  /// getContainerUsingResource): the first volume made of it if a container or init container mounts that one, or an environment
  /// variable of a container or init container. Without an ordinary container nothing counts.
  package func isReferenced(_ kind: ResourceKind, _ name: String) -> Bool {
    guard !containers.isEmpty else { return false }
    if let volume = volumes.first(where: { $0.sources(kind).contains { $0.name.string == name } }),
      !mounts(of: volume.name).isEmpty
    {
      return true
    }
    guard kind != .secretProviderClass else { return false }
    return references.contains {
      $0.kind == kind && ($0.way == .env || $0.way == .envFrom) && $0.name.string == name
    }
  }
}
