import { parseEndpointUrl } from '@reprise/replay-engine/endpoint-url'
import type { Command } from 'commander'
import { agentScripts, sizeOf } from '../agent/agent-script.ts'
import { findModel } from '../agent/ask-model.ts'
import { playAgents } from '../agent/play-agents.ts'
import { apiKeyIn } from '../options/api-key.ts'
import { commandNotes } from '../options/command-notes.ts'
import { parseSeed, parseWhole } from '../options/parse.ts'
import { parseHttpUrl } from '../options/parse-http-url.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { heedInterrupt } from '../terminal/heed-interrupt.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface AgentFlags {
  readonly url: string
  readonly model?: string
  readonly agents: number
  readonly seed: number
  readonly anonymous: boolean
  readonly apiKeyEnv?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise agent`: a small agent to capture, for who has none at hand. */
export function registerAgent(program: Command, { io }: CommandContext): void {
  program
    .command('agent')
    .description(commandNotes.agent.about)
    .requiredOption('--url <url>', 'the endpoint, or a proxy before it; with or without /v1', parseHttpUrl)
    .option('--model <id>', 'model to ask for; default: the one that the endpoint serves')
    .option('--agents <n>', 'how many; each has 12 requests in 4 sessions', parseWhole(1, 1_000), 2)
    .option(
      '--seed <n>',
      "whole number, or 'random'; equal seed, equal prompts but for the replies in them",
      parseSeed,
      42,
    )
    .option('--anonymous', 'send no headers that say which session a request is of', false)
    .option('--api-key-env <name>', 'environment variable that holds the API key')
    .option('--json', 'what was sent, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise agent --url http://127.0.0.1:8080',
        'npx reprise agent --url http://gpu:8000 --agents 20 --seed 7',
      ),
    )
    .action(async ({ url, json, quiet, ...flags }: AgentFlags) => {
      const scripts = agentScripts(flags)
      const size = sizeOf(scripts)
      let replies = 0
      const plain = () => `${grouped(replies)} of ${grouped(size.requests)} replies`
      const progress = startProgress(io, { quiet, plain, lines: () => [{ text: plain(), tone: 'plain' }] })
      const { origin, api } = parseEndpointUrl(url)
      const apiKey = apiKeyIn(io.env, flags.apiKeyEnv)
      try {
        await heedInterrupt(io.signal, async (signal) => {
          const endpoint = { api: origin + api, signal, ...(apiKey !== undefined && { apiKey }) }
          const model = flags.model ?? (await findModel(endpoint))
          const onReply = () => {
            replies += 1
          }
          await playAgents(scripts, { ...endpoint, model, withHeaders: !flags.anonymous, onReply })
        })
      } finally {
        progress.end()
      }
      if (json) writeJson(io, { seed: flags.seed, ...size })
      else
        io.stdout.write(
          `${several(size.requests, 'request')} in ${several(size.sessions, 'session')}, seed ${flags.seed}\n`,
        )
    })
}
