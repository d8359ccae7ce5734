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

  /// Work on a thread of its own with a large stack, whose result is waited for later.
  package final class Pending<Result: Sendable>: Sendable {
    private let work: @Sendable () -> Result
    private let found = Found<Result>()
    private let thread: Mutex<pthread_t?>

    package init(_ work: @escaping @Sendable () -> Result) {
      self.work = work
      let found = found
      thread = Mutex(Parallel.thread { found.set(work()) })
    }

    /// The result. Where no thread could be started the work is done here.
    package func wait() -> Result {
      thread.withLock { thread in
        if let running = thread { pthread_join(running, nil) }
        thread = nil
      }
      return found.get() ?? work()
    }
  }

  private final class Found<Result: Sendable>: Sendable {
    private let value = Mutex<Result?>(nil)

    func set(_ result: Result) { value.withLock { $0 = result } }
    func get() -> Result? { value.withLock { $0 } }
  }

  /// Starts a thread that has to be joined; nil where none can be.
  private static func thread(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    defer { pthread_attr_destroy(&attributes) }
    let box = Unmanaged.passRetained(Box(work))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, box.toOpaque())
    if status == 0 { return thread }
    box.release()
    return nil
  }

  private static func runAll(_ works: [@Sendable () -> Void]) {
    var started: [pthread_t] = []
    for work in works { if let thread = thread(work) { started.append(thread) } else { work() } }
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
