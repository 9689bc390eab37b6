import { type Command, InvalidArgumentError } from 'commander'
import { parsePositive, parseWhole } from './parse.ts'

/** Adds those flags; `label: false` where runs are labelled in another way. */
export function addToldOptions(command: Command, { label = true } = {}): Command {
  if (label) command.option('--label <text>', 'what the run is called in tables and charts', parseLabel)
  return command
    .option('--hardware <name>', 'what the server runs on, for the result: b200, mi355x')
    .option('--gpus <n>', 'accelerators of the whole deployment, for figures per GPU', parseWhole(1))
    .option('--price-per-gpu-hour <usd>', 'what an hour of one of them costs, for cost per token', parsePositive)
}

/** @throws InvalidArgumentError */
export function parseLabel(text: string): string {
  const label = text.trim()
  if (label === '' || label.length > 200) throw new InvalidArgumentError('Write a name of 1 to 200 characters.')
  return label
}
