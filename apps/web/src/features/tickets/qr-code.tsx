import { QRCodeSVG } from 'qrcode.react';
import styles from './tokens-section.module.css';

const SIZE = 256;

export function QrCode({ text, title }: { readonly text: string; readonly title: string }) {
  return <QRCodeSVG value={text} size={SIZE} marginSize={4} title={title} className={styles.qr} />;
}
