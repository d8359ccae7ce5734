/// Arguments, subcommands, exit codes.
enum CommandsRoom {}
