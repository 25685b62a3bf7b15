import { useCallback, useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/**
 * The secret of a link that stands behind its `#`. It leaves the address bar, and with it the history, at once; this
 * tab keeps it for a reload until it is dropped.
 */
export function useFragmentSecret(name: string): readonly [secret: string, drop: () => void] {
  const { pathname, search, hash } = useLocation();
  const navigate = useNavigate();
  const inLink = hash.slice(1);
  const [kept, setKept] = useState(() => sessionStorage.getItem(name) ?? '');
  useEffect(() => {
    if (inLink === '') return;
    sessionStorage.setItem(name, inLink);
    setKept(inLink);
    void navigate({ pathname, search }, { replace: true });
  }, [inLink, name, navigate, pathname, search]);
  const drop = useCallback(() => {
    sessionStorage.removeItem(name);
    setKept('');
  }, [name]);
  return [inLink || kept, drop];
}
