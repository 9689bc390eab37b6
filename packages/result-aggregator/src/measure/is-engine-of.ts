/** The words that stand for an engine in the framework of a job, where they are not its name. */
const words: Readonly<Record<string, readonly string[]>> = {
  'tensorrt-llm': ['trt', 'trtllm', 'tensorrt'],
  'reprise-sim': ['sim', 'reprise'],
  'llama.cpp': ['llama.cpp', 'llamacpp'],
}

/**
 * Whether an engine may be what a job's framework names: each part of its name has a word there. So vLLM may answer for `dynamo-vllm`, whose
 * front may well be silent, and Dynamo not for `vllm`.
 */
export function isEngineOf(framework: string, engine: string): boolean {
  const named = new Set(framework.toLowerCase().split(/[^a-z0-9.]+/))
  const behind = engine.replace(/^dynamo-/, '')
  const parts = behind === engine ? [engine] : ['dynamo', behind]
  return parts.every((part) => (words[part] ?? [part]).some((word) => named.has(word)))
}
