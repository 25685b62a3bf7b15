import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Language, type Node, Parser } from 'web-tree-sitter';

const path = join(import.meta.dirname, 'uploader.ps1');
const text = readFileSync(path, 'utf8');

/** All nodes below one, itself included. */
function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child) yield* nodesOf(child);
}

/** Windows PowerShell 5.1 is what every Windows has, and none of ours: what it does not know is looked for by hand. */
describe('The uploader for Windows', () => {
  let nodes: Node[];

  beforeAll(async () => {
    await Parser.init();
    const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
    const parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
    const tree = parser.parse(text);
    nodes = tree ? [...nodesOf(tree.rootNode)] : [];
  });

  it('is PowerShell', () => {
    expect(nodes.length).toBeGreaterThan(1_000);
    const faults = nodes.filter((node) => node.isError || node.isMissing);
    expect(faults.map((node) => `line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`)).toEqual([]);
  });

  it('uses no operator that only PowerShell 7 has', () => {
    // `?:`, `??`, `?.` and `?[` are faults to the grammar, which knows `&&` and `||`.
    expect(nodes.filter(({ type }) => type === 'pipeline_chain_tail').map(({ text: word }) => word)).toEqual([]);
  });

  it('calls nothing but what it defines and what both PowerShells have', () => {
    const named = (type: string) => nodes.filter((node) => node.type === type).map((node) => node.text);
    const defined = new Set(named('function_name'));
    const cmdlets = ['Add-Type', 'ConvertFrom-Json', 'ForEach-Object', 'Get-Random', 'Read-Host', 'Set-StrictMode'];
    const both = new Set([...cmdlets, 'Start-Sleep', 'Where-Object']);
    // To the grammar, a number with a unit is the name of a command.
    const called = [...new Set(named('command_name'))].filter((name) => !/^\d+[KM]B$/.test(name));
    expect(called.filter((name) => !defined.has(name) && !both.has(name))).toEqual([]);
    expect([...defined].filter((name) => !called.includes(name))).toEqual([]);
  });

  it('is plain ASCII, which Windows PowerShell reads alike in every code page', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
    expect(text).toMatch(/^[\x00-\x7f]*$/);
  });

  it('has the line that waits for the address of the server, once', () => {
    expect(text.match(/^\$DefaultUrl = ''\r?$/gm)).toHaveLength(1);
  });
});
