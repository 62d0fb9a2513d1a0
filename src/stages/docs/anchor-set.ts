import GithubSlugger, { slug } from 'github-slugger';
import { decodeReferences, type HtmlTag } from './html-tags.ts';

/** `## Heading {#own-id}` and `{: #own-id}`: identifiers as site generators write them. */
const OWN_ID = /\s*\{:?\s*#([\w.:-]{1,100})[^{}]{0,100}\}\s*$/;

const FOOTNOTE_MARK = /\[\^[^\]\s]{1,100}\]/g;

/** The anchors of one document, by the rules of GitHub: `id` and `name` of HTML, slugs of headings, counted up. */
export class AnchorCollector {
  readonly anchors = new Set<string>();
  /** False when a heading could not be read to its end, so that there may be more anchors. */
  complete = true;
  private readonly slugger = new GithubSlugger();

  /** A heading by its text as rendered. */
  addHeading(text: string): void {
    const own = text.includes('{') ? OWN_ID.exec(text) : null;
    if (own?.[1] !== undefined) {
      this.anchors.add(own[1]);
      // Where the braces mean nothing they are part of the heading.
      this.anchors.add(slug(text));
    }
    const shown = own === null ? text : text.slice(0, own.index);
    this.anchors.add(this.slugger.slug(shown));
    if (shown !== shown.trim()) this.anchors.add(slug(shown.trim()));
    if (shown.includes('[^')) this.anchors.add(slug(shown.replace(FOOTNOTE_MARK, '')));
  }

  /** The `id` of any element and the `name` of an `a`. */
  addTag(tag: HtmlTag): void {
    if (tag.closing) return;
    const id = tag.attributes.get('id');
    if (id !== undefined && id !== '') this.anchors.add(id);
    const name = tag.name === 'a' ? tag.attributes.get('name') : undefined;
    if (name !== undefined && name !== '') this.anchors.add(name);
  }

  /** `<h2>…</h2>` among the tags of one block of HTML: its heading has an anchor, too. */
  addHtmlHeadings(html: string, tags: readonly HtmlTag[]): void {
    let text = '';
    let open: string | null = null;
    let from = 0;
    for (const tag of tags) {
      if (open !== null) text += html.slice(from, tag.start);
      from = tag.end;
      if (!/^h[1-6]$/.test(tag.name)) continue;
      if (!tag.closing) {
        open = tag.name;
        text = '';
      } else if (open === tag.name) {
        this.addHeading(decodeReferences(text));
        open = null;
      }
    }
    if (open !== null) this.complete = false;
  }
}
