import { conversationField } from './api-form.ts'
import { type EndpointAccess, EndpointClient } from './endpoint-client.ts'
import { isHeard, outcomeOfWhole } from './outcome-of-whole.ts'

/**
 * Whether the server takes a request that asks for token ids (vLLM's `return_token_ids`). One that ignores the field takes it too, and
 * tells none.
 *
 * @throws EndpointError when it does not answer.
 */
export async function takesTokenIds(options: EndpointAccess & { readonly model: string }): Promise<boolean> {
  const client = new EndpointClient(options)
  try {
    const { form, extras } = client
    const reply = await client.ask('POST', `/v1${form.path}`, {
      ...extras.body,
      ...form.always,
      model: options.model,
      ...conversationField(form, [{ role: 'user', content: 'this is the first request' }]),
      [form.lengthField]: 1,
      return_token_ids: true,
    })
    return isHeard(outcomeOfWhole(reply))
  } finally {
    client.close()
  }
}
