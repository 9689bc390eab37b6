import { main } from '@reprise/cli'

// The whole command line, for the servers that an action starts on a host that has nothing installed.
process.exitCode = await main(process.argv.slice(2))
