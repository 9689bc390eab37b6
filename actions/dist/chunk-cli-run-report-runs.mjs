import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-cli-terminal-output.mjs";import{s as u}from"./chunk-colors-colors-colors.mjs";import{g as s}from"./chunk-zod-index.mjs";import{a as p}from"./chunk-cli-terminal-interrupts.mjs";import{e as d}from"./chunk-commander-index.mjs";function y(e,{json:i,io:n,command:t,wanted:m=e.length}){let o=e.map(({result:r})=>r);if(i)a(n,o.length===1?o[0]:o);else{n.stdout.write(`${u(o)}

`);for(let{path:r}of e)n.stdout.write(`${r}
`);n.stdout.write(`
again: ${t}
`)}let f=e.length<m||o.some(({completeness:r})=>r.ended==="interrupted");return n.signal.aborted&&f?p(n.signal):o.some(({validity:r})=>r.verdict==="invalid")?d.invalid:d.done}function w(e,{seed:i}={}){return["npx reprise",...e.map((t,m)=>i===void 0?t:t==="--seed=random"?`--seed=${i}`:t==="random"&&e[m-1]==="--seed"?String(i):t).map(s)].join(" ")}export{y as a,w as b};
