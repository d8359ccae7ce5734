import BuiltinRules
import FileTree
import Rules

/// `secretslint completion bash|zsh|fish`. The scripts ask `secretslint completion --words`, so that they are never older than the program.
enum CompletionCommand {
  static let shells = ["bash", "zsh", "fish"]
  static let options = [OptionSpec("words", "what may come last in the words behind --, one a line (the scripts ask this)")]
  static let note = """
    bash:  source <(secretslint completion bash)        in ~/.bashrc
    zsh:   source <(secretslint completion zsh)         in ~/.zshrc, behind compinit
    fish:  secretslint completion fish | source         in config.fish
    """

  static func run(_ words: [String], output: Output) throws(UsageError) -> Int32 {
    let arguments = try Arguments(words, options)
    if arguments.has("words") {
      output.write(Array(Completion(arguments.positional, rules: rules).text.utf8))
      return ExitCode.clean
    }
    guard let shell = arguments.positional.first, arguments.positional.count == 1, let script = script(shell) else {
      throw UsageError("completion needs one of \(shells.joined(separator: ", "))")
    }
    output.write(Array(script.utf8))
    return ExitCode.clean
  }

  /// The rules' files, built in and of the repository here: nothing is compiled while somebody waits.
  private static func rules() -> [String] {
    let own = DiskFileTree(root: ".secretslint/rules").map { RulePack.files(in: $0, below: "") } ?? []
    return (BuiltinRules.files + own).map(\.path)
  }

  private static func script(_ shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  private static let bash = #"""
    # Completion of secretslint for bash: source <(secretslint completion bash)
    _secretslint() {
      local line word current=${COMP_WORDS[COMP_CWORD]}
      [[ $current == = ]] && current=
      COMPREPLY=()
      while IFS= read -r line; do
        case $line in
          :files)
            compopt -o filenames
            while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
            ;;
          :directories)
            compopt -o filenames
            while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current")
            ;;
          *)
            word=${line%%$'\t'*}
            [[ $word == "$current"* ]] && COMPREPLY+=("$word")
            ;;
        esac
      done < <("${COMP_WORDS[0]/#\~/$HOME}" completion --words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    }
    complete -F _secretslint secretslint

    """#

  private static let zsh = #"""
    #compdef secretslint
    # Completion of secretslint for zsh: source <(secretslint completion zsh), or as _secretslint in a directory of $fpath
    _secretslint() {
      local line names
      local -a found
      for line in "${(@f)$("${words[1]/#\~/$HOME}" completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
          :files|:directories) names=$line ;;
          *$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
          ?*) found+=("${line//:/\\:}") ;;
        esac
      done
      (( $#found )) && _describe secretslint found
      [[ -n $names ]] && compset -P '--*='
      [[ $names == :files ]] && _files
      [[ $names == :directories ]] && _files -/
    }
    if [[ ${funcstack[1]} == _secretslint ]]; then _secretslint "$@"; else compdef _secretslint secretslint; fi

    """#

  private static let fish = #"""
    # Completion of secretslint for fish: secretslint completion fish | source
    function __secretslint_words
      set -l line (commandline -opc) (commandline -ct)
      set -l program (string replace -r '^~' $HOME -- $line[1])
      for word in ($program completion --words -- $line[2..] 2>/dev/null)
        switch $word
          case :files
            __fish_complete_path (commandline -ct)
          case :directories
            __fish_complete_directories (commandline -ct)
          case '*'
            echo $word
        end
      end
    end
    complete -c secretslint -f -a '(__secretslint_words)'

    """#
}
