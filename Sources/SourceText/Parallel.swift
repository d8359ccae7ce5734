import Glibc
import Synchronization

/// Threads with stacks large enough for evaluators that follow the nesting of their input (8 MB, the default, is not).
package enum Parallel {
  /// Virtual size; only what is used is ever backed by memory.
  private static let stackBytes = 256 << 20

  /// Processors that are online.
  package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Applies `body` to 0..<count on one thread a processor and returns the results in order, whatever the order of the work.
  package static func map<Result: Sendable>(
    _ count: Int, workers: Int = Parallel.processors, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let state = Shared<Result>(count)
    let work: @Sendable () -> Void = {
      while let index = state.take() { state.put(body(index), at: index) }
    }
    let threads = max(1, min(workers, count))
    if threads == 1 { run(work) } else { runAll(Array(repeating: work, count: threads)) }
    // A thread that could not be started leaves its share to the others; with none at all this thread does it.
    work()
    return state.results
  }

  /// Runs one piece of work on a thread with a large stack and waits for it.
  package static func run(_ work: @escaping @Sendable () -> Void) { runAll([work]) }

  /// Starts work in the background and does not wait for it; it ends with the process at the latest.
  package static func start(_ work: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(work))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, box.toOpaque())
    if status == 0 { pthread_detach(thread) } else { box.release() }
  }

  private static func runAll(_ works: [@Sendable () -> Void]) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    defer { pthread_attr_destroy(&attributes) }
    var started: [pthread_t] = []
    for work in works {
      let box = Unmanaged.passRetained(Box(work))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { context in
          if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
          return nil
        }, box.toOpaque())
      if status == 0 { started.append(thread) } else { box.takeRetainedValue().work() }
    }
    for thread in started { pthread_join(thread, nil) }
  }

  private final class Box {
    let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  private final class Shared<Result: Sendable>: Sendable {
    private let count: Int
    private let next = Atomic<Int>(0)
    private let found: Mutex<[Result?]>

    init(_ count: Int) {
      self.count = count
      found = Mutex([Result?](repeating: nil, count: count))
    }

    func take() -> Int? {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }

    func put(_ result: Result, at index: Int) { found.withLock { $0[index] = result } }

    var results: [Result] { found.withLock { $0.compactMap { $0 } } }
  }
}
