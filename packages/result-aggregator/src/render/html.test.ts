import { expect, test } from 'vitest'
import { html, jsonForScript } from './html.ts'

test('values are escaped, markup and lists are not, nothing stands for what is absent', () => {
  const evil = `</script><img src=x onerror="alert('1')">&`
  const cells = [html`<td>${evil}</td>`, html`<td>${3}</td>`]
  expect(html`<tr title="${evil}">${cells}${undefined}${false}</tr>`.text).toBe(
    '<tr title="&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">' +
      '<td>&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</td><td>3</td></tr>',
  )
})

test('JSON cannot leave its script element, and comes back as it was', () => {
  const value = { trace: '</script><!-- <script>' }
  const { text } = jsonForScript(value)
  expect(text).not.toContain('<')
  expect(JSON.parse(text)).toEqual(value)
})
