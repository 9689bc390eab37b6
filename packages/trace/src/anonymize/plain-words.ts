/**
 * Words of the formats that say nothing about who was recorded. Any other word in their place becomes `other`.
 *
 * Source: content types, stop reasons and finish reasons of the Anthropic and OpenAI APIs; the agent types and tools that Claude Code and
 * Codex come with.
 */
export const plainWords = {
  kinds: new Set([
    ...['text', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result', 'image', 'document', 'audio', 'file'],
    ...['server_tool_use', 'web_search_tool_result', 'function_call', 'function_call_output', 'reasoning', 'refusal'],
  ]),
  stopReasons: new Set([
    ...['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'pause_turn', 'refusal'],
    ...['stop', 'length', 'tool_calls', 'function_call', 'content_filter', 'cancelled', 'error', 'abort'],
  ]),
  agentTypes: new Set([
    'Explore',
    'Plan',
    'general-purpose',
    'Subagent',
    'agent',
    'statusline-setup',
    'output-style-setup',
  ]),
  tools: new Set(
    [
      ...['Bash', 'Read', 'Write', 'Edit', 'MultiEdit', 'Grep', 'Glob', 'LS', 'Task', 'Agent', 'WebFetch', 'WebSearch'],
      ...['TodoWrite', 'TodoRead', 'NotebookEdit', 'NotebookRead', 'ExitPlanMode', 'BashOutput', 'KillShell', 'Skill'],
      ...['AskUserQuestion', 'shell', 'exec_command', 'apply_patch', 'update_plan', 'view_image', 'web_search'],
    ].flatMap((name) => [name, name.toLowerCase()]),
  ),
} as const

/** What stands for a word that is not among them. */
export const otherWord = 'other'
