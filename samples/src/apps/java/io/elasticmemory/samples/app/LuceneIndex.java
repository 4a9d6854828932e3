package io.elasticmemory.samples.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.SingleInstanceLockFactory;
import org.apache.lucene.util.BytesRef;

/** An index of Lucene in direct buffers: built, asked, and all its documents read. */
public final class LuceneIndex {
  private static final int BUFFER_BITS_MIN = 16;
  private static final int BUFFER_BITS_MAX = 20;
  private static final int WORDS = 50_000;
  private static final int WORDS_PER_TEXT = 30;
  private static final int STORED_BYTES = 1024;

  /** What a document is in the index, with its words. */
  private static final int DOCUMENT_BYTES = STORED_BYTES + 80;

  private static final int DOCUMENTS_PER_SEGMENT = 10_000;
  private static final int QUERIES = 600;
  private static final int HITS = 10;

  private static final Sort BY_SCORE =
      new Sort(SortField.FIELD_SCORE, new SortField("id", SortField.Type.LONG));

  private final Directory directory;
  private final SplittableRandom random;
  private final Digest digest = new Digest();

  private LuceneIndex(Directory directory, long seed) {
    this.directory = directory;
    this.random = new SplittableRandom(seed);
  }

  /** Runs it: {@code SEED MIB}. */
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, LuceneIndex::run);
  }

  private static Program.Found run(long seed, long bytes) throws IOException {
    Directory directory =
        new ByteBuffersDirectory(
            new SingleInstanceLockFactory(),
            () ->
                new ByteBuffersDataOutput(
                    BUFFER_BITS_MIN,
                    BUFFER_BITS_MAX,
                    ByteBuffer::allocateDirect,
                    ByteBuffersDataOutput.NO_REUSE),
            ByteBuffersDirectory.OUTPUT_AS_MANY_BUFFERS);
    LuceneIndex index = new LuceneIndex(directory, seed);
    index.build(bytes / DOCUMENT_BYTES);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      index.ask(new IndexSearcher(reader));
      index.readAll(reader);
    }
    long keptBytes = 0;
    for (String file : directory.listAll()) {
      keptBytes += directory.fileLength(file);
    }
    return new Program.Found(index.digest.value(), keptBytes, directory);
  }

  private void build(long documents) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new StandardAnalyzer())
            .setMaxBufferedDocs(DOCUMENTS_PER_SEGMENT)
            .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH)
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      byte[] stored = new byte[STORED_BYTES];
      for (long id = 0; id < documents; id++) {
        random.nextBytes(stored);
        Document document = new Document();
        document.add(new NumericDocValuesField("id", id));
        document.add(new StoredField("id", id));
        document.add(new StoredField("content", stored.clone()));
        document.add(new TextField("text", text(), Field.Store.NO));
        writer.addDocument(document);
      }
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WORDS_PER_TEXT; i++) {
      text.append(word()).append(' ');
    }
    return text.toString();
  }

  /** Few words are frequent, most are rare. */
  private String word() {
    double chance = random.nextDouble();
    return "w" + (int) (WORDS * chance * chance * chance);
  }

  private void ask(IndexSearcher searcher) throws IOException {
    StoredFields fields = searcher.storedFields();
    for (int i = 0; i < QUERIES; i++) {
      TopFieldDocs found = searcher.search(query(i), HITS, BY_SCORE, true);
      digest.add(searcher.count(query(i)));
      for (ScoreDoc hit : found.scoreDocs) {
        digest.add(Float.floatToIntBits(hit.score));
        digest.add(hash(fields.document(hit.doc)));
      }
    }
  }

  private Query query(int number) {
    return switch (number % 3) {
      case 0 -> term();
      case 1 ->
          new BooleanQuery.Builder()
              .add(term(), BooleanClause.Occur.MUST)
              .add(term(), BooleanClause.Occur.SHOULD)
              .add(term(), BooleanClause.Occur.SHOULD)
              .build();
      default -> new PhraseQuery(2, "text", word(), word());
    };
  }

  private TermQuery term() {
    return new TermQuery(new Term("text", word()));
  }

  /** In any order: where a document is in the index is not part of the result. */
  private void readAll(DirectoryReader reader) throws IOException {
    StoredFields fields = reader.storedFields();
    long sum = 0;
    for (int document = 0; document < reader.maxDoc(); document++) {
      sum += hash(fields.document(document));
    }
    digest.add(sum);
  }

  private long hash(Document document) {
    BytesRef content = document.getBinaryValue("content");
    byte[] bytes = BytesRef.deepCopyOf(content).bytes;
    long id = document.getField("id").numericValue().longValue();
    return Digest.mix(id + digest.of(bytes, bytes.length));
  }
}
