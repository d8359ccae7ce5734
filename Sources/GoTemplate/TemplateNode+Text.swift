import Values

/// Nodes as Go prints them in error texts (text/template/parse/node.go, `writeTo`).
extension TemplateSource {
  /// Offset and text of the node with an id.
  func context(_ id: Int) -> (offset: Int, text: String) {
    guard nodes.indices.contains(id) else { return (0, "") }
    var out: [UInt8] = []
    let offset: Int
    switch nodes[id] {
    case .action(let node):
      offset = node.start
      out += "{{".utf8
      write(node.pipe, to: &out)
      out += "}}".utf8
    case .call(let node):
      offset = node.start
      out += "{{template ".utf8
      out += GoQuote.quotedBytes(node.name.bytes)
      if let pipe = node.pipe {
        out += " ".utf8
        write(pipe, to: &out)
      }
      out += "}}".utf8
    case .range(let node):
      offset = node.start
      out += "{{range ".utf8
      write(node.pipe, to: &out)
      out += "}}".utf8
    case .pipe(let node):
      offset = node.start
      write(node, to: &out)
    case .command(let node):
      offset = node.start
      write(node, to: &out)
    case .operand(let operand):
      offset = start(of: operand)
      write(operand, to: &out)
    case .none: offset = 0
    }
    return (offset, String(decoding: out, as: UTF8.self))
  }

  func text(of operand: Operand) -> String {
    var out: [UInt8] = []
    write(operand, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private func start(of operand: Operand) -> Int {
    switch operand {
    case .dot(let node), .nothing(let node): node.start
    case .field(let node): node.start
    case .variable(let node): node.start
    case .chain(let node): node.start
    case .function(let node): node.start
    case .pipe(let node): node.start
    case .constant(let node): node.start
    }
  }

  private func write(_ pipe: PipeNode, to out: inout [UInt8]) {
    for (index, declaration) in pipe.declarations.enumerated() {
      if index > 0 { out += ", ".utf8 }
      out += declaration.name.bytes
    }
    if !pipe.declarations.isEmpty { out += (pipe.assigns ? " = " : " := ").utf8 }
    for (index, command) in pipe.commands.enumerated() {
      if index > 0 { out += " | ".utf8 }
      write(command, to: &out)
    }
  }

  private func write(_ command: CommandNode, to out: inout [UInt8]) {
    for (index, argument) in command.arguments.enumerated() {
      if index > 0 { out.append(UInt8(ascii: " ")) }
      writeNested(argument, to: &out)
    }
  }

  private func writeNested(_ operand: Operand, to out: inout [UInt8]) {
    guard case .pipe(let pipe) = operand else { return write(operand, to: &out) }
    out.append(UInt8(ascii: "("))
    write(pipe, to: &out)
    out.append(UInt8(ascii: ")"))
  }

  private func write(_ fields: [Text], to out: inout [UInt8]) {
    for field in fields {
      out.append(UInt8(ascii: "."))
      out += field.bytes
    }
  }

  private func write(_ operand: Operand, to out: inout [UInt8]) {
    switch operand {
    case .dot: out.append(UInt8(ascii: "."))
    case .nothing: out += "nil".utf8
    case .field(let node): write(node.names, to: &out)
    case .variable(let node):
      out += node.name.bytes
      write(node.fields, to: &out)
    case .chain(let node):
      writeNested(node.operand, to: &out)
      write(node.fields, to: &out)
    case .function(let node): out += node.name.utf8
    case .pipe(let node): write(node, to: &out)
    case .constant(let node): out += bytes[node.start..<node.end]
    }
  }
}
