import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A node of a syntax tree, as far as tests look at it. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly depth?: number;
  readonly checked?: boolean | null | undefined;
  readonly children?: readonly MarkdownNode[];
  readonly position?:
    | {
        readonly start: { readonly offset?: number | undefined };
        readonly end: { readonly offset?: number | undefined };
      }
    | undefined;
}

/** Parses Markdown as the platform does. */
export function parseMarkdown(text: string): MarkdownNode {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** A node and all below it, in document order. */
export function allNodes(node: MarkdownNode): MarkdownNode[] {
  return [node, ...(node.children ?? []).flatMap(allNodes)];
}

/** The text that the platform searches for mentions and references after parsing: all but code. */
export function proseOf(node: MarkdownNode): string {
  if (node.type === 'code' || node.type === 'inlineCode' || node.type === 'html') return '\ufffc';
  if (node.value !== undefined) return node.value;
  const inner = (node.children ?? []).map(proseOf).join('');
  return /^(?:paragraph|heading|tableCell)$/.test(node.type) ? `${inner}\n` : inner;
}
