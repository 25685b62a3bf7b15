import Markdown from 'react-markdown';
import styles from './note-section.module.css';

/** A note as it reads. Markup in it stays text, images are not fetched, and links tell the other side nothing. */
export function NoteMarkdown({ text }: { readonly text: string }) {
  return (
    <div className={styles.markdown}>
      <Markdown
        disallowedElements={['img']}
        components={{
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer noopener">
              {children}
            </a>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}
