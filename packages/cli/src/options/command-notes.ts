/** What `--help` says of a command: what follows its name, and what it is for. */
export interface CommandNote {
  readonly usage: string
  readonly about: string
}

/** Of every command, in the order of `--help`, which shows them without loading any. */
export const commandNotes = {
  bench: {
    usage: '[options]',
    about:
      'The whole benchmark on this machine: the embedded engine behind HTTP, a small synthetic corpus, a few lane counts.',
  },
  replay: {
    usage: '[options]',
    about: 'Replay traces against an OpenAI-compatible endpoint and measure how it serves them.',
  },
  simulate: {
    usage: '[options]',
    about: 'Replay traces against the engine model, on virtual time: no server, no waiting.',
  },
  capacity: {
    usage: '[options] [options...]',
    about: 'Find how many agents a server, or a simulated one, holds while percentiles keep their bounds.',
  },
  budget: {
    usage: '[options] [run...]',
    about:
      'Say how many sessions, minutes and GPU hours it takes to know figures so exactly, from pilot runs or a simulation.',
  },
  serve: {
    usage: '[options]',
    about:
      "Serve the engine model over HTTP as its engine does, vLLM or SGLang: OpenAI's and Anthropic's protocols, /tokenize, /metrics and what else each has.",
  },
  capture: {
    usage: '[options]',
    about:
      'Record the requests of agents on their way to an endpoint: a proxy that passes everything on as it comes, and writes a trace without a word of text.',
  },
  agent: {
    usage: '[options]',
    about:
      'Play small agents with tools and two levels of subagents against an endpoint: something to capture. What they do is drawn from a seed and not from what the model says.',
  },
  trace: { usage: '', about: 'Look at traces, and make some.' },
  results: { usage: '', about: 'Build results from the records of runs, and from the jobs of sweeps.' },
  report: { usage: '[options] <run...>', about: 'Write one self-contained HTML page about one or many runs.' },
  compare: {
    usage: '[options] <run...>',
    about: 'Compare two runs, or two groups of repeats: by the same turns where both played one plan.',
  },
  fidelity: {
    usage: '[options] <captured> <run>',
    about: 'Say whether a run was the workload that was captured: faithful, deviates, or not comparable.',
  },
  matrix: {
    usage: '',
    about: 'Master YAML to sweep jobs, in the files and flags of InferenceX, checked before a GPU is touched.',
  },
  recipe: { usage: '', about: 'How servers are started: one YAML for each model, precision, hardware and framework.' },
  launch: {
    usage: '',
    about: 'Start the server of a sweep job by its recipe, wait until it answers, stop it and what it left.',
  },
  engine: { usage: '', about: 'Describe engines of the model, and hold it against real ones.' },
  calibrate: { usage: '', about: 'Measure our own instruments, and fit the engine model to measured steps.' },
  completion: {
    usage: '<shell>',
    about: 'Print a script that has your shell complete commands, flags and their values.',
  },
  help: { usage: '[topic...]', about: 'Say what a command does, or what the pages say of a word.' },
} as const satisfies Readonly<Record<string, CommandNote>>
