import Glibc

/// Keeps deep recursion of templates inside the stack: when what a thread may use is spent, the work goes on on a fresh, larger stack
/// while this thread waits.
struct StackBudget {
  private var base: UInt = 0
  private var allowed: UInt = 3 << 20

  private static let freshSize = 64 << 20
  /// Leaves room for the deepest nesting that one template may have.
  private static let freshAllowed: UInt = 56 << 20

  /// Counts from the caller's frame on.
  static func current() -> StackBudget { StackBudget(base: address()) }

  private init(base: UInt, allowed: UInt = 3 << 20) {
    self.base = base
    self.allowed = allowed
  }

  var isSpent: Bool {
    let now = Self.address()
    return base > now && base - now > allowed
  }

  @inline(never)
  private static func address() -> UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs the body to its end on a fresh stack, with the budget of that stack. False if there is no thread to be had.
  static func onFreshStack(_ body: (StackBudget) -> Void) -> Bool {
    withoutActuallyEscaping(body) { body in
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      pthread_attr_setstacksize(&attributes, freshSize)
      var thread = pthread_t()
      let work = Unmanaged.passRetained(Work { body(StackBudget(base: address(), allowed: freshAllowed)) })
      let failed = pthread_create(&thread, &attributes, { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
      pthread_attr_destroy(&attributes)
      guard failed == 0 else {
        work.release()
        return false
      }
      pthread_join(thread, nil)
      return true
    }
  }
}
