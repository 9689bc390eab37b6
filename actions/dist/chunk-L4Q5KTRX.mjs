import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{c as n}from"./chunk-YH3UI6RC.mjs";function i(r,t=200){return n(r,t).replace(o,e=>`&#${e.charCodeAt(0)};`)}var o=/[&<>@\\`*{}[\]()#!|~$]|:(?=\/\/)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;function c(r,t=200){return n(r,t).replace(/[&<>]/g,e=>`&#${e.charCodeAt(0)};`)}export{i as a,c as b};
