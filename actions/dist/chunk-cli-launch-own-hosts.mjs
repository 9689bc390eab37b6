import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{s as o}from"./chunk-launcher-devices-device-use.mjs";import{fileURLToPath as t}from"node:url";var i=r=>o(r,{repriseBin:t(new URL("./reprise.mjs",import.meta.url))});export{i as a};
