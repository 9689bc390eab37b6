import * as core from '@actions/core'
import type { Io } from '@reprise/cli'
import { logLine, printable } from '@reprise/safe-text'
import type { z } from 'zod'
import type { Action, ActionHost } from './action.ts'
import { callCli } from './call-cli.ts'
import { heedNoSignal, interruption } from './interruption.ts'
import { parseInputs } from './parse-inputs.ts'
import { trimSummary } from './trim-summary.ts'

/**
 * Reads the inputs from the runner, calls the action, and hands its outputs, its summary and its failure to the runner. Never throws:
 * whatever goes wrong turns the step red with one line.
 */
export async function runAction<Inputs extends z.ZodObject, Output extends string>(
  action: Action<Inputs, Output>,
): Promise<void> {
  try {
    const inputs = parseInputs(action.inputs, (name) => core.getInput(name))
    const { outputs, summary, failure } = await action.call(inputs, runnerHost(action.isCleanUp))
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
    if (summary !== undefined) await writeSummary(summary)
    if (failure !== undefined) core.setFailed(printable(failure, mostCharacters))
  } catch (error) {
    core.setFailed(printable(error instanceof Error ? error.message : String(error), mostCharacters))
  }
}

function runnerHost(isCleanUp = false): ActionHost {
  const { signal, cancel }: Pick<Io, 'signal' | 'cancel'> = isCleanUp ? heedNoSignal() : interruption()
  return {
    cli: (argv, options) => callCli(argv, { signal, ...(cancel && { cancel }), ...options }),
    env: process.env,
    say: (text) => core.info(logLine(printable(text, longestLine))),
    saveState: (name, value) => core.saveState(name, value),
    state: (name) => core.getState(name) || undefined,
  }
}

/** Of the log. */
const longestLine = 600

/** Of why a step is red: enough for the command that reproduces it. */
const mostCharacters = 4_000

/** A run's page is a courtesy: a runner without one does not turn the step red. */
async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.addRaw(trimSummary(markdown), true).write()
  } catch (error) {
    core.info(`no job summary: ${printable((error as Error).message, longestLine)}`)
  }
}
