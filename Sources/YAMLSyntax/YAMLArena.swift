/// One node of a parsed stream. Links are indices into the arena; -1 is none.
struct YAMLNode {
  enum Kind: UInt8 { case scalar, sequence, mapping, alias }
  enum Style: UInt8 { case plain, single, double, literal, folded, flow, block }

  var kind: Kind
  var style: Style
  /// Whether libyaml leaves the type of a scalar to its text.
  var isImplicit = false
  var isFlow = false
  /// Bytes of the node: inside the quotes of a quoted scalar, the content of a block scalar, the whole of a collection.
  var start: Int32 = 0
  var end: Int32 = 0
  /// Bytes that hold no comments: the token of a scalar; of a block scalar only the lines below its header.
  var tokenStart: Int32 = 0
  var tokenEnd: Int32 = 0
  var first: Int32 = -1
  var last: Int32 = -1
  var next: Int32 = -1
  /// Index into the arena's tags; -1 if it has none.
  var tag: Int32 = -1
  /// Of an alias: the node it stands for, -1 if there is no such anchor.
  var target: Int32 = -1
  var value: [UInt8] = []
  /// Where the value's bytes stand in the source when not all at `start`; nil: they stand there verbatim.
  var layout: [ScalarSegment]?
}

/// A stretch of a scalar's value that stands verbatim in the source.
struct ScalarSegment {
  var start: Int
  var end: Int
  var source: Int
}

/// A parsed stream.
struct YAMLArena {
  struct Document {
    /// -1 for a document that was not finished.
    var root: Int32
    var range: Range<Int>
  }

  struct Failure {
    var code: String
    var message: String
    var offset: Int
    /// go-yaml's text of the error.
    var original: String?
  }

  var nodes = ContiguousArray<YAMLNode>()
  var tags: [String] = []
  var documents: [Document] = []
  var failure: Failure?
}
